/**
 * Seeds at which the search begins, for faults that show in few schedules: each
 * was seen at that one. Where a change of the simulation moves it, the search
 * takes longer and still ends.
 */
export const FIRST_SEEDS: ReadonlyMap<string, number> = new Map([
	["an open batch does not tell that the one before was sealed", 58],
	["rows of a batch are used again before it is applied", 36],
	["another kvPrefix owes no publication", 19],
	["a kvPrefix owes nothing after a failure", 164],
	["a kvPrefix is noted before KV took the totals", 88],
	["an exact page leaves out what was registered while it was read", 90],
	["an exact page asks for no end of its range", 42],
	["an isolate remembers whichever of two values came last", 69],
	["an isolate remembers what it was reading when a reset returned", 82],
	["an exact read that waits is answered by the one under way", 19],
	["an exact read leaves out a shard that does not answer", 53],
	["retired shards are not asked", 71],
	["a reset goes on without the shards it cannot reach", 30],
	["a reset forgets the sequences", 36],
	["after a rollback the latest homes are asked no longer than the others", 80],
	["a shard forgets at a rollback which counts there were", 21],
	["who knew one count is taken to know the next", 94],
	["keys are kept as long as the code that runs wants them", 33],
	["a batch counts as sealed with a row that was taken back", 19],
	["an alarm that rings early is set anew at once", 485],
	["a round of all shards ends by the clock", 19],
]);
