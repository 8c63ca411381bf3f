import { withDeadline } from "../object/deadline.ts";
import type { Host } from "../object/host.ts";
import { type Arrival, Arrivals } from "./arrivals.ts";
import { Audience } from "./audience.ts";
import { Board } from "./board.ts";
import type { Met, Names, Push, Pushed, Watch, Watched } from "./contract.ts";
import { MAX_NAMES, MAX_VIEWERS, type Request } from "./query.ts";
import { SlowViewers } from "./slow-viewers.ts";
import { messageOf, type Told, Updates } from "./updates.ts";
import {
	attachmentOf,
	close,
	knowsReset,
	noteTold,
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
	/** Change of the board up to which a viewer was told everything. */
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
			catchUp: (viewer, reset) => this.#catchUp(viewer, reset),
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
			this.#pass(board, push.reset > push.from);
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
	#pass(board: Board, isReset: boolean): void {
		for (const { names, viewers } of this.#audience.groups) {
			const updates = new Updates(board, names);
			for (const viewer of viewers) {
				if (this.#arrivals.has(viewer)) continue;
				const lacksReset = isReset && !knowsReset(viewer, board);
				const text = updates.after(this.#toldOf(viewer, lacksReset));
				if (text === undefined) continue;
				if (this.#slow.holds(viewer, lacksReset ? board.reset : undefined))
					continue;
				this.#send(board, viewer, text, lacksReset);
			}
		}
		for (const arrival of this.#arrivals.all()) this.#greet(arrival);
	}

	/** A viewer keeps up again: sends it what it lacks. */
	#catchUp(viewer: Viewer, reset: number | undefined): void {
		const board = this.#board;
		const names = this.#audience.groupOf(viewer)?.names;
		if (!board || !names) return;
		const lacksReset = reset === board.reset;
		// Else the push that tells it of a reset is on its way.
		if (!lacksReset && !knowsReset(viewer, board)) return;
		const told = this.#toldOf(viewer, lacksReset);
		const text = new Updates(board, names).after(told);
		if (text !== undefined) this.#send(board, viewer, text, lacksReset);
	}

	#toldOf(viewer: Viewer, lacksReset: boolean): Told {
		if (lacksReset) return "nothing since the reset";
		return this.#told.get(viewer) ?? 0;
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
			const unknown = this.#board?.unknown(names) ?? names;
			// Earlier viewers may have seen newer totals than are known.
			for (const name of seen ? names : unknown) wanted.add(name);
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
		const isReset =
			seen !== undefined && (!isSame || isAhead || seen.since < board.reset);
		this.#send(board, viewer, messageOf(board, names, isReset), true);
	}

	/** Sends a viewer all that it lacks; after a whole text it knows of the last reset. */
	#send(board: Board, viewer: Viewer, text: string, isWhole: boolean): void {
		this.#told.set(viewer, board.change);
		try {
			viewer.send(text);
			if (isWhole) noteTold(viewer, board);
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
