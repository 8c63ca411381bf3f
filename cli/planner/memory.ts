import type { Load } from "./load.ts";
import type { Spread } from "./spread.ts";

/** Names past which the delta is made smaller, and those left: global/eviction.ts. */
const MAX_DELTA_NAMES = 25_000;
const KEPT_NAMES = 20_000;

/** Rows from which the journal is compacted: object/journal.ts. */
const COMPACT_FROM_ROWS = 32;

/** Most characters of a row: object/database.ts. */
const MAX_TEXT_CHARACTERS = 600_000;

/** Characters of a journal's entry besides its name, and of what a shard brought. */
const ENTRY_CHARACTERS = 7;
const BROUGHT_CHARACTERS = 40;

/** Characters of the sum of a slot and a counter besides its name. */
const PAIR_CHARACTERS = 18;

/** Names that a shard remembers: shard/known-names.ts. */
const REMEMBERED_NAMES = 20_000;

/** Costs of keeping totals in the memory of the global object. */
export interface Memory {
	/** Rows that a flush adds to the journal, checkpoints included, on average. */
	rowsPerFlush: number;
	/** Counters that move from memory to their rows, a second: a row each. */
	evicted: number;
	/** Rows of a checkpoint. */
	checkpointRows: number;
}

/**
 * The journal of the global object gets a row a flush. Once it has 32 rows and
 * twice the text of its last checkpoint, a flush writes a checkpoint in its place:
 * a row of what shards brought, and one of all counters in memory.
 *
 * Memory keeps up to 25,000 counters. Then those counted least since they came go
 * to their rows, until 20,000 are left: mostly the ones that are counted most. So it
 * happens whenever 5,000 others have come.
 *
 * @param requests of a flush
 * @param pairs sums by slot and counter that a checkpoint has besides
 */
export function memoryOf(
	requests: number,
	shardCount: number,
	load: Load,
	spread: Spread,
	pairs: number,
): Memory {
	const { counters, batch, rate, nameCharacters } = load;
	const entry = nameCharacters + ENTRY_CHARACTERS;
	const distinct = spread.distinct(requests * batch);
	const text = BROUGHT_CHARACTERS + distinct * entry;
	const inMemory = Math.min(counters, MAX_DELTA_NAMES);
	// Each shard is there twice: before its first batch, and since.
	const slots = pairs * (nameCharacters + PAIR_CHARACTERS);
	const checkpoint =
		shardCount * (BROUGHT_CHARACTERS + 20) + inMemory * entry + slots;
	const checkpointRows =
		1 + rowsOf(inMemory * entry) + (pairs > 0 ? rowsOf(slots) : 0);
	const flushRows = rowsOf(text);
	const every = Math.max(
		(COMPACT_FROM_ROWS - checkpointRows) / flushRows,
		(2 * checkpoint) / text,
	);
	const others = MAX_DELTA_NAMES - KEPT_NAMES;
	const increments = spread.increments(others, KEPT_NAMES);
	const evicted =
		counters > MAX_DELTA_NAMES ? (others * rate * batch) / increments : 0;
	return {
		rowsPerFlush: flushRows + (checkpointRows - flushRows) / (every + 1),
		evicted,
		checkpointRows,
	};
}

/** A text is halved until its parts fit. */
function rowsOf(characters: number): number {
	return characters <= MAX_TEXT_CHARACTERS
		? 1
		: 2 ** Math.ceil(Math.log2(characters / MAX_TEXT_CHARACTERS));
}

/**
 * Names that a shard looks up on disk, a second: it forgets all of them once it
 * remembers 20,000, and finds each again when it is next counted.
 *
 * @param increments of counters, a second
 */
export function lookedUp(increments: number, spread: Spread): number {
	if (spread.counters <= REMEMBERED_NAMES) return 0;
	return (REMEMBERED_NAMES * increments) / spread.increments(REMEMBERED_NAMES);
}
