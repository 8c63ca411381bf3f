import { errorText } from "../log.ts";
import { RPC_TIMEOUT_MS, withDeadline } from "../object/deadline.ts";
import type { Entry } from "../protocol.ts";
import type {
	Feed,
	FeedHost,
	Met,
	Push,
	Pushed,
	Watch,
	Watched,
} from "./contract.ts";
import type { TurnStorage } from "./turn-storage.ts";
import { PACE_MS, Watcher } from "./watcher.ts";

/** While a push is under way, the alarm is not needed before it was given up. */
const BACKSTOP_MS = RPC_TIMEOUT_MS + 5_000;

/**
 * Brings totals that change to the live objects whose viewers watch them: their
 * latest values, at most once a second, until they are taken. Costs nothing while
 * nobody watches or nothing changes.
 */
export class LiveFeed implements Feed {
	readonly #turns: TurnStorage;
	readonly #host: FeedHost;
	readonly #watchers: Map<number, Watcher>;
	/** The turn is one that nobody knows of. */
	#isOpen = false;
	/** Totals that nobody watches may be other than when the turn was written. */
	#isBehind = true;

	constructor(turns: TurnStorage, host: FeedHost) {
		this.#turns = turns;
		this.#host = host;
		// Sends all: the changes since the last push are forgotten.
		const isWhole = turns.settled < turns.turn;
		this.#watchers = new Map(
			turns
				.objects()
				.map((object) => [object, new Watcher(turns.settled, isWhole)]),
		);
	}

	changing(entries: readonly Entry[]): void {
		// Without a watcher it costs nothing.
		const names = this.#watchers.size > 0 ? entries.map(([name]) => name) : [];
		const noted = [...this.#watchers.values()].map((one) => one.note(names));
		if (noted.includes(true)) this.#begin(() => this.#turns.next(this.#now()));
		else if (!this.#isOpen) this.#isBehind = true;
	}

	resetting(): void {
		this.#isOpen = false;
		this.#begin(() => this.#turns.nextWithReset(this.#now()));
	}

	watch({ object, life, names }: Watch): Watched {
		const turns = this.#turns;
		if (this.#isBehind && !this.#isOpen) turns.skip(this.#now());
		this.#isBehind = false;
		let watcher = this.#watchers.get(object);
		if (!watcher) {
			if (this.#watchers.size === 0) turns.settle();
			turns.add(object);
			watcher = new Watcher(turns.turn, false);
			this.#watchers.set(object, watcher);
		}
		watcher.watch(life, names);
		this.#isOpen = false;
		return {
			birth: turns.birth,
			turn: turns.turn,
			reset: turns.reset,
			values: this.#host.read(names),
		};
	}

	nextAt(): number | undefined {
		const lacking = this.#lacking();
		if (lacking.length === 0) return undefined;
		const now = this.#now();
		const at = lacking.map(([, watcher]) =>
			watcher.isDelivering ? now + BACKSTOP_MS : watcher.earliest(now),
		);
		return Math.min(...at);
	}

	rang(): void {
		for (const [object, watcher] of this.#lacking())
			void this.#deliver(object, watcher);
	}

	/** Begins a turn, unless nobody was told of this one, and pushes what it brings. */
	#begin(next: () => void): void {
		if (!this.#isOpen) next();
		this.#isOpen = true;
		this.rang();
	}

	#now(): number {
		return this.#host.now();
	}

	/** Lists the live objects that may lack something. */
	#lacking(): [object: number, watcher: Watcher][] {
		const { reset } = this.#turns;
		return [...this.#watchers].filter(([, watcher]) =>
			watcher.needsPush(reset),
		);
	}

	/** Pushes to a live object until it lacks nothing; the alarm goes on if that takes long. */
	async #deliver(object: number, watcher: Watcher): Promise<void> {
		if (watcher.isDelivering) return;
		watcher.isDelivering = true;
		const isLacking = () =>
			this.#watchers.get(object) === watcher &&
			watcher.needsPush(this.#turns.reset);
		while (isLacking()) {
			const early = watcher.earliest(this.#now()) - this.#now();
			if (early > PACE_MS) break;
			// At the least, until the step is over in which totals change.
			await this.#host.wait(Math.max(0, early));
			await this.#attempt(object, watcher);
		}
		watcher.isDelivering = false;
		if (this.#lacking().length === 0) this.#settle();
		this.#host.arm();
	}

	/** Notes that nobody lacks anything. What changes from now on is of a later turn. */
	#settle(): void {
		this.#isOpen = false;
		this.#turns.settle();
	}

	/** Never throws. */
	async #attempt(object: number, watcher: Watcher): Promise<void> {
		try {
			// Pushes again: the first may have met another life, which answers what it watches.
			if (!(await this.#push(object, watcher)))
				if (!(await this.#push(object, watcher)))
					throw new Error("the live object started anew, twice");
			watcher.succeeded(this.#now());
		} catch (error) {
			watcher.giveBack();
			this.#host.log("warn", "push-failed", {
				live: object,
				retryInMs: watcher.failed(this.#now(), this.#host.random()),
				error: errorText(error),
			});
		}
	}

	/** Returns false if the live object took nothing, but said who it is. */
	async #push(object: number, watcher: Watcher): Promise<boolean> {
		const host = this.#host;
		const turns = this.#turns;
		if (!watcher.isKnown) {
			watcher.calling();
			const met = await withDeadline(host, host.meet(object));
			if (this.#met(object, watcher, met)) return true;
		}
		const taken = watcher.take(turns.reset);
		const { birth, turn: to, reset } = turns;
		if (!taken) {
			watcher.took(to);
			return true;
		}
		const { life, from } = watcher;
		const values = host.read(taken.names);
		this.#isOpen = false;
		const push: Push = { life, birth, from, to, reset, values };
		watcher.calling();
		const answer: Pushed = await withDeadline(host, host.push(object, push));
		if ("life" in answer) {
			watcher.giveBack();
			return this.#met(object, watcher, answer);
		}
		watcher.took(to, answer.unwatched, answer.isAll);
		return true;
	}

	/** Returns true if it has no viewers, and so is done with. */
	#met(object: number, watcher: Watcher, met: Met): boolean {
		watcher.met(met);
		const hasViewers = met.names === true || met.names.length > 0;
		if (hasViewers || watcher.hasAsked) return false;
		this.#turns.remove(object);
		this.#watchers.delete(object);
		return true;
	}
}
