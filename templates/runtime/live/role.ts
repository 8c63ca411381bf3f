import { withDeadline } from "../object/deadline.ts";
import type { Host } from "../object/host.ts";
import { type Entry, toRecord } from "../protocol.ts";
import { type Arrival, Arrivals } from "./arrivals.ts";
import { Audience } from "./audience.ts";
import { Board } from "./board.ts";
import type { Met, Names, Push, Pushed, Watch, Watched } from "./contract.ts";
import { MAX_NAMES, MAX_VIEWERS, type Request } from "./query.ts";
import { SlowViewers } from "./slow-viewers.ts";
import {
	attachmentOf,
	close,
	REFUSED,
	RESTART,
	TRY_LATER,
	type Viewer,
} from "./viewer.ts";

/** A viewer that has sent no ping for so long is gone. */
const SILENT_MS = 60_000;

/** Milliseconds between two looks at who is silent. */
const LOOK_MS = 30_000;

/** Surroundings of the role. */
export interface LiveRoleHost extends Host {
	/** The viewers that are open, also from before it slept. */
	viewers(): readonly Viewer[];
	/** Moment of the last ping; milliseconds since 1970. */
	pingedAt(viewer: Viewer): number | undefined;
	/** Asks the global object for totals. */
	watch(watch: Watch): Promise<Watched>;
}

/** Holds viewers and passes on to them what the global object pushes. */
export class LiveRole {
	readonly #object: number;
	readonly #host: LiveRoleHost;
	readonly #audience = new Audience<Viewer>();
	readonly #arrivals: Arrivals;
	readonly #slow: SlowViewers<Viewer>;
	/** Names this life in memory: what was meant for another may be old. */
	#life: number;
	#board: Board | undefined;
	/** Turn of the last reset that a viewer knows of, if that is known. */
	#told = new WeakMap<Viewer, number>();
	/** Names that the global object is being asked for. */
	#asked: Names = [];
	#lookedAt = 0;

	constructor(object: number, host: LiveRoleHost) {
		this.#object = object;
		this.#host = host;
		this.#life = this.#newLife();
		this.#arrivals = new Arrivals(host, (some) => this.#ask(some));
		this.#slow = new SlowViewers(host, {
			send: (viewer, names, isReset) =>
				this.#send(viewer, this.#text(names, isReset)),
			giveUp: (viewer) => this.#refuse(viewer, TRY_LATER, "too slow"),
		});
		for (const viewer of host.viewers()) {
			const attachment = attachmentOf(viewer);
			if (attachment) this.#audience.add(viewer, attachment.names);
			else close(viewer, RESTART, "come back");
		}
	}

	/** Tells whether there is room for a viewer of these names. */
	hasRoom(names: Names): boolean {
		const audience = this.#audience;
		return (
			audience.size < MAX_VIEWERS &&
			audience.named + audience.unwatched(names) <= MAX_NAMES
		);
	}

	/** Takes in a viewer. Its totals come as soon as they are known. */
	admit(viewer: Viewer, { names, seen }: Request): void {
		const since = this.#host.now();
		viewer.serializeAttachment({ format: 1, names, since });
		this.#audience.add(viewer, names);
		const arrival = { viewer, seen, isAnswered: false };
		this.#arrivals.add(arrival);
		this.#greet(arrival);
	}

	/** A viewer left. */
	left(viewer: Viewer): void {
		this.#arrivals.delete(viewer);
		this.#slow.delete(viewer);
		if (this.#audience.remove(viewer)) this.#forget();
	}

	/** A viewer sent something else than a ping. */
	messaged(viewer: Viewer): void {
		this.#refuse(viewer, REFUSED, "only ping may be sent");
	}

	/** Answers who it is, and what its viewers watch. */
	meet(): Met {
		return { life: this.#life, names: this.#names() };
	}

	/** Passes on what changed, unless it is for another life. */
	push(push: Push): Pushed {
		this.#look();
		const names = this.#names();
		const isIdle = names !== true && names.length === 0;
		if (isIdle || push.life !== this.#life) return this.meet();
		const board = this.#boardOf(push.birth);
		if (!board) return this.meet();
		const isWatched = this.#watches();
		if (board.pushed(push, isWatched))
			this.#pass(board, push.values, push.reset > push.from);
		return {
			unwatched: push.values
				.map(([name]) => name)
				.filter((name) => !isWatched(name)),
			isAll: names === true,
		};
	}

	/**
	 * All names that it needs pushes of. Those it is asking for, too, even if their
	 * viewers left: others may come before the answer.
	 */
	#names(): Names {
		const names = this.#audience.names();
		if (names === true || this.#asked === true) return true;
		return [...new Set([...names, ...this.#asked])];
	}

	/** Makes what tells whether a name is among these. */
	#watches(): (name: string) => boolean {
		const asked = this.#asked;
		if (asked === true) return () => true;
		const names = new Set(asked);
		return (name) => this.#audience.watches(name) || names.has(name);
	}

	/** Forgets what is not pushed any more. */
	#forget(): void {
		const isAll = this.#audience.isAll || this.#asked === true;
		this.#board?.keep(isAll, this.#watches());
	}

	/**
	 * Finds what is known of a storage of the global object. If it is of another
	 * one, one of the two is lost: nothing is known then, and what was sent before
	 * is refused, until it is asked for again.
	 */
	#boardOf(birth: number): Board | undefined {
		this.#board ??= new Board(birth);
		if (this.#board.birth === birth) return this.#board;
		this.#board = undefined;
		this.#told = new WeakMap();
		this.#life = this.#newLife();
		return undefined;
	}

	#newLife(): number {
		return Math.floor(this.#host.random() * Number.MAX_SAFE_INTEGER);
	}

	/** Sends each viewer what changed of what it watches; if it lacks a reset, all of that. */
	#pass(board: Board, values: readonly Entry[], isReset: boolean): void {
		const names = values.map(([name]) => name);
		for (const group of this.#audience.groups) {
			const changed = changedOf(group.names, names);
			// One text for all of them.
			const texts = new Map<boolean, string>();
			for (const viewer of group.viewers) {
				if (this.#arrivals.has(viewer)) continue;
				const lacksReset = isReset && this.#told.get(viewer) !== board.reset;
				const lacks = lacksReset ? group.names : changed;
				if (!lacksReset && lacks !== true && lacks.length === 0) continue;
				this.#told.set(viewer, board.reset);
				if (this.#slow.holds(viewer, lacks, lacksReset)) continue;
				const text = texts.get(lacksReset) ?? this.#text(lacks, lacksReset);
				texts.set(lacksReset, text);
				this.#send(viewer, text);
			}
		}
		for (const arrival of this.#arrivals.all()) this.#greet(arrival);
	}

	/** Asks for what viewers wait for. */
	async #ask(arrivals: readonly Arrival[]): Promise<void> {
		const names = this.#wanted(arrivals);
		if (names) await this.#watch(names);
		for (const arrival of arrivals) {
			arrival.isAnswered = true;
			this.#greet(arrival);
		}
	}

	/** Finds the names that viewers wait for; none if they left. */
	#wanted(arrivals: readonly Arrival[]): Names | undefined {
		const wanted = new Set<string>();
		for (const { viewer, seen } of arrivals) {
			const names = this.#audience.groupOf(viewer)?.names ?? [];
			if (names === true) return true;
			const isOld = seen && seen.since > (this.#board?.asOf(names) ?? 0);
			const unknown = this.#board?.unknown(names) ?? names;
			for (const name of isOld ? names : unknown) wanted.add(name);
		}
		return wanted.size > 0 ? [...wanted] : undefined;
	}

	async #watch(names: Names): Promise<void> {
		const watch = { object: this.#object, life: this.#life, names };
		this.#asked = names;
		try {
			const watched = await withDeadline(this.#host, this.#host.watch(watch));
			if (!this.#boardOf(watched.birth)?.watched(names, watched))
				throw new Error("counters were reset meanwhile");
		} finally {
			this.#asked = [];
			this.#forget();
		}
	}

	/** Sends a viewer its first totals, once they are known and none is older than it has seen. */
	#greet({ viewer, seen, isAnswered }: Arrival): void {
		const names = this.#audience.groupOf(viewer)?.names;
		const board = this.#board;
		if (!names || !board || !this.#arrivals.has(viewer)) return;
		const asOf = board.asOf(names);
		if (asOf === undefined) return;
		const isSame = seen?.birth === board.birth;
		const isAhead = isSame && seen.since > asOf;
		if (isAhead && !isAnswered) return;
		if (names === true && board.size > MAX_NAMES) {
			this.#refuse(viewer, REFUSED, `more than ${MAX_NAMES} counters`);
			return;
		}
		this.#arrivals.delete(viewer);
		this.#told.set(viewer, board.reset);
		const isReset =
			seen !== undefined && (!isSame || isAhead || seen.since < board.reset);
		this.#send(viewer, this.#text(names, isReset));
	}

	#text(names: Names, isReset: boolean): string {
		const board = this.#board;
		const values = toRecord(board?.entries(names) ?? []);
		return JSON.stringify({
			version: board?.turn,
			birth: board?.birth,
			...(isReset && { reset: true }),
			values,
		});
	}

	#send(viewer: Viewer, text: string): void {
		try {
			viewer.send(text);
		} catch {
			// It is closing.
			this.left(viewer);
		}
	}

	#refuse(viewer: Viewer, code: number, reason: string): void {
		close(viewer, code, reason);
		this.left(viewer);
	}

	/** Now and then closes who has been silent for long. */
	#look(): void {
		const now = this.#host.now();
		if (Math.abs(now - this.#lookedAt) < LOOK_MS) return;
		this.#lookedAt = now;
		for (const viewer of [...this.#audience.viewers]) {
			const since = attachmentOf(viewer)?.since ?? 0;
			const heardAt = Math.max(since, this.#host.pingedAt(viewer) ?? 0);
			if (now - heardAt > SILENT_MS) this.#refuse(viewer, TRY_LATER, "no ping");
		}
	}
}

/** Lists the names of a list that are among those that changed. */
function changedOf(names: Names, changed: readonly string[]): Names {
	if (names === true) return changed;
	const set = new Set(changed);
	return names.filter((name) => set.has(name));
}
