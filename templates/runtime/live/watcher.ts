import { backoff } from "../object/backoff.ts";
import { dueAt } from "../object/clock.ts";
import type { Met, Names } from "./contract.ts";

/** Viewers see a change after this at the latest, and not more than one a time. */
export const PACE_MS = 1_000;

/** Names that are kept of a live object; it is asked again past these. */
const MAX_NAMES = 20_000;

/** Names that a push brings. */
export interface Taken {
	names: Names;
	/** It brings all that is watched. */
	isWhole: boolean;
}

/** Live object that may have viewers, as the global object knows it. */
export class Watcher {
	/** The life in memory that it last told of. */
	life = 0;
	/** Turn of the last push that it took. */
	from: number;
	/** Pushes to it are under way, or about to be. */
	isDelivering = false;
	/** Names that it watches; unknown until it was asked. */
	#names: Set<string> | true | undefined;
	/** Names whose totals it may not have. */
	#changed = new Set<string>();
	/** It may have none of the totals. */
	#isWhole: boolean;
	/** Names on their way to it. */
	#taken: Taken | undefined;
	/** Names that it asked for since it was last called. */
	#askedFor = new Set<string>();
	#askedForAll = false;
	#hasAsked = false;
	/** Moment of the last attempt, and milliseconds until the next. */
	#triedAt = 0;
	#pauseMs = 0;
	#failures = 0;

	/** @param isWhole whether it may lack totals of before this object started */
	constructor(from: number, isWhole: boolean) {
		this.from = from;
		this.#isWhole = isWhole;
	}

	get isKnown(): boolean {
		return this.#names !== undefined;
	}

	/** Tells whether it asked for anything since it was last called. */
	get hasAsked(): boolean {
		return this.#hasAsked;
	}

	/** Tells whether it may lack a total, or not know of a reset. */
	needsPush(reset: number): boolean {
		return (
			this.#isWhole ||
			this.#changed.size > 0 ||
			this.#taken !== undefined ||
			reset > this.from
		);
	}

	/** Adds what it asks for. */
	watch(life: number, names: Names): void {
		this.life = life;
		this.#hasAsked = true;
		if (names === true) this.#askedForAll = true;
		else for (const name of names) this.#askedFor.add(name);
		this.#add(names);
	}

	/** Names are about to change; tells whether it may watch one of them. */
	note(names: readonly string[]): boolean {
		if (this.#isWhole) return true;
		const watched = names.filter((name) => this.#mayWatch(name));
		for (const name of watched) this.#changed.add(name);
		if (this.#changed.size > MAX_NAMES) this.#isWhole = true;
		return watched.length > 0;
	}

	/** It is called: what it asks for from now on, its answer may not know. */
	calling(): void {
		this.#askedFor = new Set();
		this.#askedForAll = false;
		this.#hasAsked = false;
	}

	/** It said who it is. */
	met({ life, names }: Met): void {
		this.life = life;
		if (names === true || this.#askedForAll) this.#names = true;
		else this.#names = new Set(names);
		this.#add([...this.#askedFor]);
	}

	/**
	 * Takes what is to be pushed; nothing if it watches nothing of what changed.
	 * To be called once it is known, and followed by `took` or `giveBack`.
	 */
	take(reset: number): Taken | undefined {
		const all = this.#names === true ? true : [...(this.#names ?? [])];
		const isWhole = this.#isWhole || reset > this.from;
		const names = isWhole
			? all
			: [...this.#changed].filter((name) => this.#mayWatch(name));
		this.#changed = new Set();
		this.#isWhole = false;
		if (!isWhole && names !== true && names.length === 0) return undefined;
		this.#taken = { names, isWhole };
		return this.#taken;
	}

	/** It did not take the push: the next one brings that, too. */
	giveBack(): void {
		const taken = this.#taken;
		this.#taken = undefined;
		if (taken?.isWhole) this.#isWhole = true;
		else if (taken && taken.names !== true) this.note(taken.names);
	}

	/** It took a push, and all that it watches is of that turn. */
	took(to: number, unwatched: readonly string[] = [], isAll = false): void {
		this.from = to;
		this.#taken = undefined;
		if (this.#names === true) {
			if (!isAll && !this.#askedForAll) this.#names = undefined;
			return;
		}
		for (const name of unwatched)
			if (!this.#askedFor.has(name)) this.#names?.delete(name);
	}

	/** Finds when it may be called; milliseconds since 1970. */
	earliest(now: number): number {
		return dueAt(this.#triedAt, this.#pauseMs, now);
	}

	succeeded(now: number): void {
		this.#failures = 0;
		this.#triedAt = now;
		this.#pauseMs = PACE_MS;
	}

	/** Returns the milliseconds until the next attempt. */
	failed(now: number, random: number): number {
		this.#failures++;
		this.#triedAt = now;
		this.#pauseMs = Math.max(PACE_MS, backoff(this.#failures, random));
		return this.#pauseMs;
	}

	#mayWatch(name: string): boolean {
		const names = this.#names;
		return names === undefined || names === true || names.has(name);
	}

	#add(names: Names): void {
		if (this.#names === undefined || this.#names === true) return;
		if (names === true) {
			this.#names = true;
			return;
		}
		for (const name of names) this.#names.add(name);
		// Most of them may have no viewer any more.
		if (this.#names.size > MAX_NAMES) this.#names = undefined;
	}
}
