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

/** One namespace with every default. */
const configuration = `version: 1
namespaces:
  metrics:
    mount: /
`;

/** The names of all subjects, in the order of the tables. */
export const names = {
	single: "single increments",
	many: `single increments, ${number(counting.MANY_NAMES)} counters`,
	batched: `/increments, ${counting.BATCH_NAMES} names`,
	keyed: "keyed increments",
	readKv: "GET /counters/:counter",
	readExact: "… ?read=exact",
	empty: "an empty Worker",
	emptyObject: "an empty object call",
	oneObject: "one object",
	original: "the original's design",
	originalMany: `the original's design, ${number(counting.MANY_NAMES)} counters`,
	kv: "one KV read and write",
} as const;

/** Builds what the groups need, in `dir`. */
export async function buildSubjects(
	dir: string,
	wanted: ReadonlySet<string>,
	signal: AbortSignal,
): Promise<Subject[]> {
	const ours = await buildGenerated(join(dir, "ours"), configuration, signal);
	const worker = (name: string, hasObjects = true) =>
		buildWorker(dir, name, ours, hasObjects);
	const original = await worker("original");
	const generated = {
		group: "ours",
		build: ours,
		counts: 0,
		total: counting.exactTotal,
	} as const;
	const rival = {
		group: "rivals",
		next: counting.single,
		counts: 1,
		total: counting.rivalTotal,
	} as const;
	// In the order of their turns: what is compared follows each other.
	const all: Subject[] = [
		{
			...generated,
			name: names.batched,
			next: counting.batched,
			counts: counting.BATCH_NAMES,
		},
		{ ...generated, name: names.single, next: counting.single, counts: 1 },
		{
			name: names.emptyObject,
			group: "ceilings",
			build: await worker("empty-object"),
			next: counting.single,
			counts: 0,
		},
		{ ...rival, name: names.original, build: original },
		{ ...generated, name: names.many, next: counting.many, counts: 1 },
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
	];
	return all.filter(({ group }) => wanted.has(group));
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
