import { PAGE_SIZE } from "../../templates/runtime/page-storage.ts";
import { ALL_FAULTS, type Faults, NO_FAULTS } from "./faults.ts";

/** What clients do; weights. */
export interface Mix {
	increment: number;
	/** Several counters at once. */
	increments: number;
	/** With an idempotency key, and tried again. */
	keyed: number;
	kv: number;
	global: number;
	exact: number;
	reset: number;
	drain: number;
	publish: number;
}

/** A kind of schedule. */
export interface Profile {
	name: string;
	faults: Faults;
	/** Operations of clients, from and to. */
	operations: readonly [number, number];
	/** Milliseconds between two of them, at the most. */
	pause: number;
	mix: Mix;
	/** Deploys of another configuration, at the most. */
	deploys: number;
	/** Whether `shardCount` changes in a deploy. */
	reshards: boolean;
	/** Whether `kvPrefix` changes in a deploy. */
	movesInKv: boolean;
	counters: number;
	/** Each increment raises two counters alike: no read may tell them apart. */
	twins: boolean;
	/** Most bytes of JSON in a page of totals. */
	pageSize: number;
	maxCounters: readonly number[];
	/** 0 = never by time. */
	timers: readonly number[];
	thresholds: readonly number[];
	shardCounts: readonly number[];
	negative: boolean;
	idempotencyWindow: number;
	/** How long a Worker keeps old code after a deploy; milliseconds. */
	oldWorkers: number;
	/** How long shards have been there when it begins; milliseconds. */
	age: number;
	/** Freshness is judged: nothing fails, and messages are fast. */
	judgesFreshness: boolean;
}

const HOUR = 3_600_000;

const READS = { kv: 1, global: 2, exact: 2 };
const MIX: Mix = {
	increment: 10,
	increments: 3,
	keyed: 0,
	...READS,
	reset: 0,
	drain: 1,
	publish: 0.5,
};

const BASE: Omit<Profile, "name"> = {
	faults: ALL_FAULTS,
	operations: [5, 40],
	pause: 800,
	mix: MIX,
	deploys: 0,
	reshards: false,
	movesInKv: false,
	counters: 3,
	twins: false,
	pageSize: PAGE_SIZE,
	maxCounters: [10_000],
	timers: [50, 500, 3_000],
	thresholds: [1, 2, 5, 100],
	shardCounts: [1, 2, 3],
	negative: false,
	idempotencyWindow: HOUR,
	oldWorkers: 20_000,
	age: 0,
	judgesFreshness: false,
};

/** Many names, a few to a page, and published often. */
const PAGED = {
	counters: 12,
	pageSize: 60,
	mix: { ...MIX, increments: 6, kv: 6, publish: 2 },
	thresholds: [1, 2, 5],
};

const KEYED: Mix = {
	...MIX,
	increment: 3,
	increments: 1,
	keyed: 12,
	drain: 0.5,
};

export const PROFILES: readonly Profile[] = [
	{ ...BASE, name: "basic" },
	{ ...BASE, name: "hangs", faults: { ...ALL_FAULTS, hangs: 0.03 } },
	{ ...BASE, name: "lost disks", faults: { ...ALL_FAULTS, wipe: 0.02 } },
	{ ...BASE, name: "crowd", pause: 20, operations: [20, 60] },
	{ ...BASE, name: "negative", negative: true, timers: [0, 50, 500] },
	{
		...BASE,
		name: "resets",
		mix: { ...MIX, reset: 2 },
	},
	{
		...BASE,
		name: "reshards",
		mix: { ...MIX, exact: 4, reset: 0.7 },
		deploys: 4,
		reshards: true,
		timers: [0, 50, 3_000],
		shardCounts: [1, 2, 3, 4],
	},
	{ ...BASE, name: "keys", mix: KEYED, pause: 400 },
	{
		...BASE,
		name: "old code for long",
		// Few crashes: objects keep the code they were started with.
		faults: { ...ALL_FAULTS, crash: 0.0005, lost: 0.02, answerLost: 0.03 },
		mix: { ...KEYED, keyed: 6, exact: 4, reset: 0.5 },
		age: 3 * HOUR,
		timers: [500, 3_000],
		thresholds: [100],
		pause: 1_500,
		deploys: 2,
		reshards: true,
		shardCounts: [1, 2, 3, 4],
	},
	{
		...BASE,
		name: "keys and reshards",
		age: 3 * HOUR,
		mix: KEYED,
		pause: 1_500,
		deploys: 4,
		reshards: true,
		shardCounts: [1, 2, 3, 4],
	},
	{
		...BASE,
		name: "short window",
		mix: KEYED,
		pause: 1_500,
		// Keys must not arrive after their window; few crashes: see above.
		faults: { ...ALL_FAULTS, slow: 0, skew: 50, crash: 0.003 },
		operations: [20, 40],
		deploys: 2,
		reshards: true,
		idempotencyWindow: 12_000,
		oldWorkers: 60_000,
	},
	{
		...BASE,
		name: "few counters",
		counters: 5,
		maxCounters: [2, 3],
		mix: { ...MIX, increments: 6 },
	},
	{
		...BASE,
		name: "few counters and resets",
		counters: 4,
		maxCounters: [2, 3],
		mix: { ...MIX, reset: 1.5 },
	},
	{
		...BASE,
		name: "no timers",
		timers: [0],
		mix: { ...MIX, drain: 3, publish: 2, reset: 0.5 },
		deploys: 2,
	},
	{
		...BASE,
		name: "changes of kvPrefix",
		// Little is counted: a later publication must not make up for a lost one.
		faults: { ...ALL_FAULTS, kvRefuses: 0.5, crash: 0.05 },
		mix: { ...MIX, increment: 2, increments: 1, kv: 8, global: 4, publish: 2 },
		deploys: 6,
		movesInKv: true,
		timers: [0, 50, 3_000],
	},
	{
		...BASE,
		name: "everything",
		operations: [20, 60],
		mix: { ...MIX, keyed: 5, reset: 1 },
		deploys: 4,
		reshards: true,
		negative: true,
		maxCounters: [3, 10_000],
		timers: [0, 50, 500, 3_000],
		shardCounts: [1, 2, 3, 4],
	},
	{
		...BASE,
		name: "fresh",
		faults: NO_FAULTS,
		judgesFreshness: true,
		operations: [30, 60],
		pause: 250,
		timers: [1_000, 2_000],
		thresholds: [5, 100],
		mix: { ...MIX, kv: 3, global: 4, drain: 0.3 },
	},
	{ ...BASE, ...PAGED, name: "pages", twins: true },
	{
		...BASE,
		...PAGED,
		name: "pages and resets",
		mix: { ...PAGED.mix, exact: 8, reset: 3 },
		operations: [20, 60],
		pause: 150,
		pageSize: 40,
	},
	{
		...BASE,
		...PAGED,
		name: "pages and hangs",
		twins: true,
		faults: { ...ALL_FAULTS, hangs: 0.03, crash: 0.04 },
	},
	{
		...BASE,
		...PAGED,
		name: "pages and changes of kvPrefix",
		faults: { ...ALL_FAULTS, kvRefuses: 0.3, crash: 0.05 },
		deploys: 6,
		movesInKv: true,
		timers: [0, 50, 3_000],
	},
	{
		...BASE,
		...PAGED,
		// Old pages are deleted while others are published and read.
		name: "pages over hours",
		twins: true,
		mix: { ...PAGED.mix, reset: 0.5 },
		pause: 300_000,
		timers: [3_000],
	},
	{
		...BASE,
		...PAGED,
		name: "fresh pages",
		faults: NO_FAULTS,
		judgesFreshness: true,
		operations: [30, 60],
		pause: 250,
		timers: [1_000, 2_000],
		thresholds: [5, 100],
		mix: { ...MIX, kv: 4, global: 4, drain: 0.3 },
	},
	{
		...BASE,
		name: "many KV reads",
		operations: [100, 200],
		pause: 40,
		mix: { ...MIX, kv: 20, reset: 4, publish: 2 },
		faults: { ...ALL_FAULTS, slow: 0.2 },
		timers: [50],
		thresholds: [1],
	},
];
