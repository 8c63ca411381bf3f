import { PAGE_BYTES } from "../../templates/runtime/global/page-storage.ts";
import { ALL_FAULTS, type Faults, FULL_DISKS } from "./faults.ts";
import type { Mix, Profile } from "./profile.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const READS = { kv: 1, global: 2, exact: 2 };
export const MIX: Mix = {
	increment: 10,
	increments: 3,
	keyed: 0,
	...READS,
	history: 0,
	inNoBucket: 0,
	imports: 0,
	bound: 0,
	limit: 0,
	reset: 0,
	drain: 1,
	publish: 0.5,
};

export const BASE: Omit<Profile, "name"> = {
	faults: ALL_FAULTS,
	operations: [5, 40],
	pause: 800,
	mix: MIX,
	deploys: 0,
	reshards: false,
	movesInKv: false,
	counters: 3,
	twins: false,
	pageBytes: PAGE_BYTES,
	maxCounters: [10_000],
	timers: [50, 500, 3_000],
	thresholds: [1, 2, 5, 100],
	shardCounts: [1, 2, 3],
	negative: false,
	// Large and mixed, so that two sums are seldom the same by chance.
	amounts: [1, 100_000],
	totals: [],
	idempotencyWindow: HOUR_MS,
	windows: [1],
	placesElsewhere: 0,
	isolates: 1,
	oldWorkers: 20_000,
	oldObjects: 15_000,
	withoutJournal: 0,
	withoutHistory: 0,
	withoutBounds: 0,
	rollbacks: 0.2,
	forks: 0,
	retriesWithin: 20_000,
	age: 0,
	shadows: 0.02,
	viewers: 0,
	liveObjects: [0],
	tops: [0],
	histories: [],
	placed: "right",
	timeZones: ["UTC"],
	judgesFreshness: false,
};

/** Clocks that nobody can rely on. */
export const JUMPS: Faults = {
	...ALL_FAULTS,
	drift: 0.03,
	jump: 0.02,
	standstill: 0.004,
};

/** Memory that runs ahead of the disk shows in a restart beside it. */
export const ON_FULL_DISKS = { faults: FULL_DISKS, shadows: 0.1 };
