import {
	effectsOf,
	type Operation,
	type ReadRequest,
} from "../../cli/load/history.ts";
import { windowOf } from "../../cli/load/window.ts";
import type { Cluster } from "./cluster.ts";
import { totalsOnDisk } from "./totals-on-disk.ts";

/** A read that answered one moment, and what it said of that moment. */
export interface Dated {
	read: ReadRequest;
	/** By the global object's clock; milliseconds since 1970. */
	asOf: number;
}

/** The totals from a moment on, as text by name. */
interface State {
	at: number;
	totals: ReadonlyMap<string, number>;
}

/**
 * Judges what answers say of their age. What the global object and KV answer
 * was the totals at that moment; an exact read has all that was acknowledged
 * before it.
 */
export class AsOfJudge {
	readonly #cluster: Cluster;
	/** Earlier totals, oldest first. */
	readonly #states: State[] = [{ at: 0, totals: new Map() }];
	/** Moments at which the global object's clock showed a time. */
	readonly #shown = new Map<number, number[]>();
	#writes = 0;

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	/** The global object looked at its clock. */
	looked(shown: number): void {
		const { now } = this.#cluster.scheduler;
		const moments = this.#shown.get(shown) ?? [];
		if (moments.at(-1) !== now) moments.push(now);
		this.#shown.set(shown, moments);
	}

	/** To be called after each step of the schedule. */
	stepped(): void {
		const global = this.#cluster.objects.get("global");
		if (!global || global.writes === this.#writes) return;
		this.#writes = global.writes;
		// There are none before it first starts, nor after it lost its disk.
		const totals = totalsOnDisk(global.storage);
		const last = this.#states.at(-1)?.totals ?? new Map();
		if (!areSame(totals, last, [...totals.keys(), ...last.keys()]))
			this.#states.push({ at: this.#cluster.scheduler.now, totals });
	}

	/** Judges those of the reads that are in a history. */
	judge(dated: readonly Dated[], history: readonly Operation[]): void {
		const effects = effectsOf(history);
		const resets = history.filter((one) => one.kind === "reset");
		const reads = new Set(history);
		for (const { read, asOf } of dated) {
			if (!reads.has(read)) continue;
			const moments = this.#shown.get(asOf) ?? [];
			const [first = read.begin] = moments;
			const isRight =
				read.level === "exact"
					? [...read.values].every(([counter, value]) => {
							const since = { ...read, begin: Math.min(first, read.end) };
							const { min, max } = windowOf(counter, since, effects, resets);
							return value >= min && value <= max;
						})
					: moments.some((moment) => this.#were(read.values, moment));
			if (!isRight)
				this.#cluster.report(
					`the ${read.level} read from ${read.begin} to ${read.end} answered ${JSON.stringify([...read.values])}, which was not so at ${this.#cluster.show(asOf)}, as it says`,
				);
		}
	}

	/** Tells whether these were the totals at a moment, before or after its change. */
	#were(values: ReadonlyMap<string, number>, moment: number): boolean {
		const before = this.#states.findLast(({ at }) => at < moment);
		return this.#states.some(
			(state) =>
				(state === before || state.at === moment) &&
				areSame(values, state.totals, values.keys()),
		);
	}
}

function areSame(
	one: ReadonlyMap<string, number>,
	other: ReadonlyMap<string, number>,
	names: Iterable<string>,
): boolean {
	return [...names].every(
		(name) => (one.get(name) ?? 0) === (other.get(name) ?? 0),
	);
}
