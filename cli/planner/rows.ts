import type { Model } from "./model.ts";

/** Rows that a page costs: marked, named, staged, put, and until it is gone. */
const PAGE_ROWS = 7;

/** Rows of its highest counters: those that it had go. */
const TOP_ROWS = 2;

/**
 * Rows written by the shards, a second. Each commit is a row of the journal, and
 * each alarm that is set is one. A flush by time, or one that had to wait, notes
 * that it sealed its batch; a full batch is sealed by the row of its last commit.
 */
export function shardRowsWritten({
	thresholds,
	commits,
	flushes,
	alarms,
	keys,
	loans,
}: Model): number {
	const { perSecond, byTime, late } = flushes;
	return (
		thresholds.shardCount *
			(commits.perSecond +
				keys.written +
				perSecond * (byTime + late) +
				alarms.sets +
				alarms.settled) +
		loans.shardRows
	);
}

/** KV's pace in milliseconds: a timer that is no longer is due with it. */
const PACE_MS = 1_000;

/**
 * Rows written by the global object, a second. A flush is a row of its journal and
 * one of the write log. A publication notes that it is due, tried and done, sets the
 * alarm, again once it is full, and has a row of the write log; with pages, it notes
 * that they are on their way, sets the alarm that deletes the ones before it, and
 * pays for each that changed, and for the highest counters of it.
 *
 * A flush that comes while a publication is under way needs no row to be due, but
 * sets the alarm twice: for KV's pace, and after it for the timer. Where these are
 * the same, or the pace decides, once is enough.
 */
export function globalRowsWritten({
	thresholds,
	flushes,
	buckets,
	memory,
	publications,
	pushes,
	loans,
}: Model): number {
	const { shardCount, writeLog, globalMinWritesToKV, globalWriteToKVAfter } =
		thresholds;
	const page = PAGE_ROWS + (thresholds.top > 0 ? TOP_ROWS : 0);
	const log = writeLog > 0 ? 1 : 0;
	const { perSecond, byTime, overlapped, pages, changed } = publications;
	const full = globalMinWritesToKV > 1 ? 1 - byTime : 0;
	const isShort = globalWriteToKVAfter > 0 && globalWriteToKVAfter <= PACE_MS;
	const saved =
		isShort || globalMinWritesToKV === 1
			? overlapped * (1 + (isShort ? full : 0))
			: 0;
	const paged = pages > 1 ? 2 + page * changed : 0;
	return (
		shardCount * flushes.perSecond * (memory.rowsPerFlush + log) +
		memory.evicted +
		buckets.written +
		buckets.moves * memory.checkpointRows +
		pushes.written +
		loans.globalRows +
		perSecond * (4 + full - saved + log + paged)
	);
}

/**
 * Rows read by the shards, a second, as SQLite counts them. A row of the journal is
 * found and written over: two. A name that is looked up is one of the question, and
 * one of the table.
 */
export function shardRowsRead({
	thresholds,
	commits,
	flushes,
	alarms,
	keys,
	lookedUp,
	loans,
}: Model): number {
	const { perSecond, byTime, late } = flushes;
	return (
		thresholds.shardCount *
			(2 * commits.perSecond +
				keys.read +
				perSecond * (byTime + late) +
				alarms.settled +
				2 * lookedUp) +
		loans.shardRead
	);
}

/** Rows that a publication reads besides names and the log: 16 statements, and nine looks at what is unpublished. */
const PUBLICATION_READS = 27;

/** Statements among these that look at all pages; and those for each page that changed. */
const STATEMENTS_OVER_PAGES = 6;
const STATEMENTS_OF_A_PAGE = 10;

/**
 * Rows read by the global object, a second. A flush finds its row of the journal
 * (two), looks at what is unpublished (three), and finds the page of each of its
 * counters (two and three in all); the log finds
 * the oldest event and takes its row, under another key (four). A
 * publication measures and reads the counters of each page that changed. A counter
 * that comes back to memory is looked up, begun and later written: six.
 */
export function globalRowsRead({
	thresholds,
	load,
	flushes,
	buckets,
	memory,
	publications,
	pushes,
	loans,
	spread,
}: Model): number {
	const { shardCount, writeLog } = thresholds;
	const log = writeLog > 0 ? 4 : 0;
	const { perSecond, pages, changed } = publications;
	const touched = 2 * spread.distinct(flushes.requests * load.batch) + 3;
	const read = pages > 1 ? changed / pages : 1;
	const paged =
		pages > 1
			? STATEMENTS_OVER_PAGES * pages + STATEMENTS_OF_A_PAGE * changed
			: 0;
	return (
		shardCount * flushes.perSecond * (5 + touched + log) +
		6 * memory.evicted +
		buckets.read +
		pushes.read +
		loans.globalRead +
		perSecond * (PUBLICATION_READS + 2 + log + 2 * load.counters * read + paged)
	);
}

/** Rows written once for the names of a namespace, and calls to register them. */
export function firstCounts(
	{ thresholds, load, spread }: Model,
	seconds: number,
): { calls: number; rowsWritten: number } {
	const { shardCount } = thresholds;
	const increments = load.rate * load.batch * seconds;
	const known = shardCount * spread.distinct(increments / shardCount);
	const names = spread.distinct(increments);
	// Where it gets room, how many there are then, its first total; and in each shard.
	const rowsWritten = 2 * names + names / load.batch + known;
	const calls = known / load.batch;
	// It asks for a loan with that: a generation of each name, a loan of each shard.
	return thresholds.total
		? { calls, rowsWritten: rowsWritten + names + known }
		: { calls, rowsWritten };
}
