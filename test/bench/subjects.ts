import { join } from "node:path";
import type { Shot } from "../../cli/load/lane.ts";
import { type Build, buildGenerated, buildWorker } from "./build.ts";
import * as counting from "./counting.ts";
import type { Send } from "./rig.ts";
import { number } from "./table.ts";

export type Group = "ours" | "ceilings" | "rivals";

/** A Worker, and what it is asked. */
export interface Subject {
	/** Unique, and what the table says. */
	name: string;
	group: Group;
	build: Build;
	next: (n: number) => Shot;
	/** Counts that one request makes. */
	counts: number;
	/** All that it has counted; without it nothing is verified. */
	total?: (origin: string) => Promise<number>;
	/** Done once, before anything is timed. */
	prepare?: (origin: string, send: Send) => Promise<void>;
}

/** Shards of a namespace by default. */
const SHARDS = 2;

/** One namespace with every default. */
const configuration = `version: 1
namespaces:
  metrics:
    mount: /
`;

/** Shards of the reads that ask many of them. */
const MANY_SHARDS = 64;

/** The same with many shards, which keep what they have until a reset. */
const manyShards = `version: 1
namespaces:
  metrics:
    mount: /
    shardCount: ${MANY_SHARDS}
    shardWriteToGlobalAfter: 1h
`;

/** The same with all kinds of history. */
const past = `${configuration}    history: { minute: 2h, hour: 7d, day: 400d }
`;

/** The same with a bound that is far away. */
const bounded = `${configuration}    total: { max: ${Number.MAX_SAFE_INTEGER} }
`;

/** The names of all subjects, in the order of the tables. */
export const names = {
	single: "single increments",
	bounded: "single increments, far from a bound",
	slow: "single increments, 10 a second",
	many: `single increments, ${number(counting.MANY_NAMES)} counters`,
	zipf: `single increments, Zipf over ${number(counting.ZIPF_NAMES)} counters`,
	past: `single increments, ${number(counting.MANY_NAMES)} counters, with history`,
	pastZipf: `single increments, Zipf over ${number(counting.ZIPF_NAMES)} counters, with history`,
	batched: `/increments, ${counting.BATCH_NAMES} names`,
	keyed: "keyed increments",
	readKv: "GET /counters/:counter",
	readExact: "… ?read=exact",
	readExactMany: `… ?read=exact, ${MANY_SHARDS} shards`,
	readShards: `GET /global/shards, ${MANY_SHARDS} shards`,
	readStatus: `status, ${MANY_SHARDS} shards`,
	empty: "an empty Worker",
	emptyObject: "an empty object call",
	bareCommit: "a bare group commit",
	oneObject: "one object",
	original: "the original's design",
	originalMany: `the original's design, ${number(counting.MANY_NAMES)} counters`,
	kv: "one KV read and write",
} as const;

/** Builds all subjects, in `dir`. */
export async function buildSubjects(
	dir: string,
	signal: AbortSignal,
): Promise<Subject[]> {
	const ours = await buildGenerated(join(dir, "ours"), configuration, signal);
	const kept = await buildGenerated(join(dir, "past"), past, signal);
	const limited = await buildGenerated(join(dir, "bounded"), bounded, signal);
	const wide = await buildGenerated(join(dir, "wide"), manyShards, signal);
	const worker = (name: string, hasObjects = true) =>
		buildWorker(dir, name, ours, hasObjects);
	const original = await worker("original");
	const generated = {
		group: "ours",
		build: ours,
		counts: 0,
		total: counting.exactTotal,
	} as const;
	const holding = {
		...generated,
		build: wide,
		prepare: counting.hold,
	} as const;
	const rival = {
		group: "rivals",
		next: counting.single,
		counts: 1,
		total: counting.rivalTotal,
	} as const;
	// In the order of their turns: what is compared follows each other.
	return [
		{
			...generated,
			name: names.batched,
			next: counting.batched,
			counts: counting.BATCH_NAMES,
		},
		{ ...generated, name: names.single, next: counting.single, counts: 1 },
		{
			...generated,
			build: limited,
			name: names.bounded,
			next: counting.single,
			counts: 1,
		},
		{
			name: names.bareCommit,
			group: "ceilings",
			build: await worker("bare-commit"),
			next: counting.single,
			counts: 1,
			total: counting.rivalTotal,
		},
		{
			name: names.emptyObject,
			group: "ceilings",
			build: await worker("empty-object"),
			next: counting.single,
			counts: 0,
		},
		{ ...rival, name: names.original, build: original },
		{
			...generated,
			name: names.many,
			next: counting.many,
			counts: 1,
			prepare: registered(counting.MANY_NAMES),
		},
		{
			...generated,
			name: names.zipf,
			next: counting.zipfian(),
			counts: 1,
			prepare: registered(counting.ZIPF_NAMES),
		},
		{
			...generated,
			build: kept,
			name: names.past,
			next: counting.many,
			counts: 1,
			prepare: registered(counting.MANY_NAMES),
		},
		{
			...generated,
			build: kept,
			name: names.pastZipf,
			next: counting.zipfian(),
			counts: 1,
			prepare: registered(counting.ZIPF_NAMES),
		},
		{
			...rival,
			name: names.originalMany,
			build: original,
			next: counting.many,
		},
		{ ...rival, name: names.oneObject, build: await worker("one-object") },
		{ ...rival, name: names.kv, build: await worker("kv", false) },
		{ ...generated, name: names.keyed, next: counting.keyed, counts: 1 },
		{
			...generated,
			name: names.readKv,
			next: counting.readKv,
			total: counting.publishedTotal,
			prepare: counting.fill,
		},
		{
			name: names.empty,
			group: "ceilings",
			build: await worker("empty", false),
			next: counting.readKv,
			counts: 0,
		},
		{
			...generated,
			name: names.readExact,
			next: counting.readExact,
			prepare: counting.fill,
		},
		{
			...holding,
			name: names.readExactMany,
			next: counting.readExact,
		},
		{ ...holding, name: names.readShards, next: counting.readShards },
		{ ...holding, name: names.readStatus, next: counting.readStatus },
	];
}

/** Counts names once on every shard, so that what is measured is no first time. */
function registered(names: number): NonNullable<Subject["prepare"]> {
	return async (origin) => {
		await counting.register(origin, "", names, SHARDS);
		await counting.drain(origin);
	};
}

/** Figures of subjects in the order of the tables. */
export function inOrder<Figure extends { name: string }>(
	figures: readonly Figure[],
): Figure[] {
	const order: string[] = Object.values(names);
	return figures.toSorted(
		(a, b) => order.indexOf(a.name) - order.indexOf(b.name),
	);
}
