import { awakeOf, OBJECT_GB } from "./awake.ts";
import { deliveriesOf } from "./deliveries.ts";
import {
	CLOUDFLARE,
	type Load,
	MONTH_S,
	NO_LOAD,
	type Platform,
	type Thresholds,
} from "./load.ts";
import { type Model, modelOf } from "./model.ts";
import type { Billed } from "./prices.ts";
import { arrivalsOf } from "./pushes.ts";
import {
	firstCounts,
	globalRowsRead,
	globalRowsWritten,
	shardRowsRead,
	shardRowsWritten,
} from "./rows.ts";

export const DAY_S = 86_400;

/** Amounts of what is billed. */
export type Usage = Record<Billed, number>;

/**
 * CPU time of a request to the Worker, milliseconds: that of the whole server for a
 * single increment in docs/performance.md, objects included, which are not billed
 * by it. So it is an upper bound.
 */
const WORKER_CPU_MS = 0.7;

/** Bytes of a row besides its texts, and of a key: its line in a pack. */
const ROW_BYTES = 20;
const KEY_BYTES = 120;

/** Seconds that a page stays in KV once it is no longer named: global/page-publisher.ts. */
const RETENTION_S = 600;

const GB = 1e9;

export const NO_USAGE: Usage = {
	workerRequests: 0,
	workerCpu: 0,
	objectRequests: 0,
	objectDuration: 0,
	rowsRead: 0,
	rowsWritten: 0,
	objectStorage: 0,
	kvReads: 0,
	kvWrites: 0,
	kvDeletes: 0,
	kvStorage: 0,
	queueOperations: 0,
};

/** Usage of so many seconds under a steady load, first counts left out. */
export function steadyUsage(model: Model, seconds: number): Usage {
	const { load, thresholds, flushes, alarms, platform } = model;
	const { publications, pushes, loans } = model;
	const { shardCount } = thresholds;
	const { rate, reads } = load;
	const { perSecond, pages, changed } = publications;
	const awake = awakeOf(model);
	const others = reads + pushes.arrivals;
	const { calls, operations } = deliveriesOf(load);
	const rings = pages > 1 ? 2 * perSecond : perSecond;
	const each: Usage = {
		...NO_USAGE,
		workerRequests: calls + others,
		workerCpu: (rate + others) * WORKER_CPU_MS,
		objectRequests:
			rate +
			shardCount * (flushes.perSecond + alarms.resent + alarms.rings) +
			rings +
			pushes.calls +
			loans.calls,
		objectDuration: OBJECT_GB * (awake.shards + awake.global + pushes.awake),
		rowsRead: shardRowsRead(model) + globalRowsRead(model),
		rowsWritten: shardRowsWritten(model) + globalRowsWritten(model),
		kvReads: kvReads(reads, platform, pages),
		kvWrites: perSecond * (pages > 1 ? 1 + changed : 1),
		kvDeletes: perSecond * changed,
		queueOperations: operations,
	};
	const all = { ...each };
	for (const line of Object.keys(each) as Billed[]) all[line] *= seconds;
	return { ...all, ...storageOf(model) };
}

/**
 * Writes to KV a day, where so many requests a day come evenly spread: totals fit
 * into one page.
 */
export function writesADay(thresholds: Thresholds, requests: number): number {
	const rate = requests / DAY_S;
	const load = { ...NO_LOAD, rate, peak: rate };
	return modelOf(thresholds, load, CLOUDFLARE).publications.perSecond * DAY_S;
}

/** Usage of the first month: with the first counts of all names. */
export function monthOf(model: Model): Usage {
	const steady = steadyUsage(model, MONTH_S);
	const first = firstCounts(model, MONTH_S);
	return {
		...steady,
		objectRequests: steady.objectRequests + first.calls,
		rowsWritten: steady.rowsWritten + first.rowsWritten,
	};
}

/** Calls of the first month in which shards ask for loans. */
export function borrowingOf(model: Model): number {
	return model.loans.calls * MONTH_S + firstCounts(model, MONTH_S).calls;
}

/** Usage of a namespace that nobody counts in. */
export function readingOnly({ reads, viewers }: Load, seconds: number): Usage {
	const arrivals = arrivalsOf(viewers);
	return {
		...NO_USAGE,
		workerRequests: (reads + arrivals) * seconds,
		workerCpu: (reads + arrivals) * WORKER_CPU_MS * seconds,
		objectRequests: arrivals * seconds,
		kvReads: reads * seconds,
	};
}

/**
 * Reads of KV, a second. An isolate that read is served by its memory, from the
 * beginning of that read on for a second: with reads at random times it asks once in
 * a second and the time until the next, and again for each that comes before the
 * answer. With pages, the one that has the counter is read besides their list.
 */
function kvReads(
	reads: number,
	{ isolates, getS }: Platform,
	pages: number,
): number {
	const each = reads / isolates;
	const asked = (reads * (1 + each * getS)) / (1 + each);
	return pages > 1 ? 2 * asked : asked;
}

/** GB that are stored, on average. */
function storageOf({
	load,
	thresholds,
	buckets,
	publications,
}: Model): Pick<Usage, "objectStorage" | "kvStorage"> {
	const { counters, nameCharacters, isKeyed, rate } = load;
	const { shardCount, writeLog, idempotencyWindow, top } = thresholds;
	const row = nameCharacters + ROW_BYTES;
	// Two tables of keys take turns.
	const keys = isKeyed ? rate * 1.5 * (idempotencyWindow / 1_000 + 120) : 0;
	const { perSecond, changed, pages } = publications;
	const value = counters * row;
	return {
		objectStorage:
			(counters * row * (1 + shardCount) +
				writeLog * 1_000 +
				keys * KEY_BYTES +
				buckets.bytes) /
			GB,
		kvStorage:
			(value +
				top * row +
				(value / pages) * changed * perSecond * RETENTION_S) /
			GB,
	};
}
