import type { Cluster } from "./cluster.ts";
import type { SimulatedObject } from "./object.ts";

const MINUTE_MS = 60_000;

/**
 * Rings of an object in a minute by itself: eight attempts before the
 * back-off has come to half a minute, each perhaps rung twice, the pages that it
 * deletes, and starts.
 */
const RINGS_BY_ITSELF = 40;

/** Rings that a call may lead to: to flush, to settle, and repetitions. */
const RINGS_FOR_A_CALL = 4;

/** One a second: an alarm that rings early pauses for so long. */
const RINGS_WHERE_CLOCKS_DIFFER = 60;

/** Commits of a call or an alarm: its own, and those of what it sets off. */
const COMMITS_FOR_A_CALL = 6;

interface Minute {
	index: number;
	calls: number;
	rings: number;
	commits: number;
}

/**
 * Bounds how often alarms ring and how often an object writes: in any minute by
 * what was asked of it then and in the minute before.
 */
export class AlarmJudge {
	readonly #cluster: Cluster;
	readonly #minutes = new Map<string, { now: Minute; before: Minute }>();

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	/** An object was called, or started. */
	called({ name }: SimulatedObject): void {
		this.#minute(name).now.calls++;
	}

	rang({ name }: SimulatedObject): void {
		const { now, before } = this.#minute(name);
		now.rings++;
		const most = this.#most(now, before);
		if (now.rings === most + 1)
			this.#cluster.report(
				`the alarm of ${name} rings without pause: more than ${most} times in a minute`,
			);
	}

	committed({ name }: SimulatedObject): void {
		const { now, before } = this.#minute(name);
		now.commits++;
		const most =
			COMMITS_FOR_A_CALL *
			(RINGS_BY_ITSELF + now.calls + before.calls + now.rings + before.rings);
		if (now.commits === most + 1)
			this.#cluster.report(
				`${name} writes without pause: more than ${most} times in a minute`,
			);
	}

	#most(now: Minute, before: Minute): number {
		const early = this.#cluster.clocks.areDisturbed
			? RINGS_WHERE_CLOCKS_DIFFER
			: 0;
		return (
			RINGS_BY_ITSELF + early + RINGS_FOR_A_CALL * (now.calls + before.calls)
		);
	}

	#minute(name: string): { now: Minute; before: Minute } {
		const index = Math.floor(this.#cluster.scheduler.now / MINUTE_MS);
		const known = this.#minutes.get(name);
		if (known?.now.index === index) return known;
		const before =
			known?.now.index === index - 1 ? known.now : nothingIn(index - 1);
		const minutes = { now: nothingIn(index), before };
		this.#minutes.set(name, minutes);
		return minutes;
	}
}

function nothingIn(index: number): Minute {
	return { index, calls: 0, rings: 0, commits: 0 };
}
