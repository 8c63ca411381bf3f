import * as z from "zod";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { pages, type Read } from "../client/pages.ts";
import { parseJson } from "../client/problem.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { currentOf } from "../history/current.ts";
import { type Room, roomOf } from "./limits.ts";
import { counts, type Holdings, shardsOf } from "./shards.ts";

/** Totals as one kind of read answers them. */
export interface Totals {
	/** Moment of these totals; null before the first publication to KV. */
	asOf: string | null;
	counters: number;
	sum: bigint;
}

/** State of one shard. */
export interface Shard extends Holdings {
	/** Its last flush that the write log has; milliseconds since 1970. */
	flushedAt: number | null;
}

/** A write event with the number of its counters. */
export interface Write {
	cmd: string;
	event: string;
	shardName: string;
	counters: number;
	timestamp: number;
}

/** A counter and, where the namespace has these, its past and what its bounds leave. */
export interface Greatest {
	counter: string;
	value: number;
	today?: number;
	thisHour?: number;
	left?: Room;
}

/** State of a namespace. */
export interface Status {
	/** null: not known, because the disk is full. */
	global: Totals | null;
	kv: Totals | null;
	/** The greatest of the global totals, the first with what is known besides. */
	top: Greatest[];
	/** The index is the shard. */
	shards: Shard[];
	/** Newest first. */
	writes: Write[];
	/** Set if its disk is full. */
	diskFull: Diagnostic | null;
}

/** Counters of which more is asked than their totals. */
const MAX_DETAILS = 20;

/** Write events that are shown. */
const MAX_WRITES = 5;

const writeList = z.array(
	z.object({
		cmd: z.string(),
		event: z.string(),
		shardName: z.string(),
		counters: counts,
		// Range of a Date:
		// https://tc39.es/ecma262/#sec-time-values-and-time-range
		timestamp: z.int().min(-8.64e15).max(8.64e15),
	}),
);

/**
 * Asks a namespace for its state, page by page. The answers are of slightly
 * different moments. Admin.
 *
 * @param most counters with the greatest values to keep
 * @throws CounterGenError as `NamespaceClient` does
 */
export async function gather(
	client: NamespaceClient,
	most: number,
): Promise<Status> {
	const top = new Top(most);
	let diskFull: Diagnostic | null = null;
	/** Lets a server whose disk is full answer what it still can. */
	const known = async <T, Unknown>(part: Promise<T>, unknown: Unknown) => {
		try {
			return await part;
		} catch (error) {
			if (!isStorageFull(error)) throw error;
			diskFull = error.diagnostics[0] ?? null;
			return unknown;
		}
	};
	const [global, kv, { shards, isFull }, writes] = await Promise.all([
		known(addUp(client, "global", top), null),
		known(addUp(client, "kv"), null),
		known(shardsOf(client), { shards: [], isFull: false }),
		known(get(client, "/global/writes", writeList), []),
	]);
	if (isFull) diskFull ??= client.storageFull().diagnostics[0] ?? null;
	return {
		global,
		kv,
		top: await withDetails(client, top.entries),
		shards: shards.map((holdings, n) => ({
			...holdings,
			flushedAt:
				writes.find(({ shardName }) => shardName === `shard${n}`)?.timestamp ??
				null,
		})),
		writes: writes.slice(0, MAX_WRITES).map((write) => ({
			...write,
			counters: Object.keys(write.counters).length,
		})),
		diskFull,
	};
}

/** Adds what was counted of the first counters today and in this hour, and what is left. */
async function withDetails(
	client: NamespaceClient,
	entries: readonly Entry[],
): Promise<Status["top"]> {
	const names = entries.slice(0, MAX_DETAILS).map(([counter]) => counter);
	const [today, thisHour, left] = await Promise.all([
		currentOf(client, names, "day"),
		currentOf(client, names, "hour"),
		roomOf(client, names),
	]);
	return entries.map(([counter, value]) => ({
		counter,
		value,
		...named("today", today.get(counter)),
		...named("thisHour", thisHour.get(counter)),
		...named("left", left.get(counter)),
	}));
}

function named<Key extends string, Value>(key: Key, value: Value | undefined) {
	return (value === undefined ? {} : { [key]: value }) as {
		[Name in Key]?: Value;
	};
}

function isStorageFull(error: unknown): error is CounterGenError {
	return (
		error instanceof CounterGenError &&
		error.diagnostics.some(({ code }) => code === "storage-full")
	);
}

async function addUp(
	client: NamespaceClient,
	read: Read,
	top?: Top,
): Promise<Totals> {
	const totals: Totals = { asOf: null, counters: 0, sum: 0n };
	for await (const { entries, asOf } of pages(client, read)) {
		totals.asOf ??= asOf ?? null;
		totals.counters += entries.length;
		for (const [, value] of entries) totals.sum += BigInt(value);
		top?.add(entries.map(([name, value]) => [name, value]));
	}
	return totals;
}

async function get<T>(
	client: NamespaceClient,
	route: string,
	shape: z.ZodType<T>,
): Promise<T> {
	const reply = await client.request("GET", route);
	const parsed = shape.safeParse(parseJson(reply.text));
	if (isSuccess(reply.status) && parsed.success) return parsed.data;
	throw client.refusal("GET", route, reply);
}

type Entry = readonly [counter: string, value: number];

/** Keeps the entries with the greatest values. */
class Top {
	/** The greatest first; of equals, by name. */
	entries: Entry[] = [];
	readonly #most: number;

	constructor(most: number) {
		this.#most = most;
	}

	add(entries: readonly Entry[]): void {
		this.entries = [...this.entries, ...entries]
			.toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
			.slice(0, this.#most);
	}
}
