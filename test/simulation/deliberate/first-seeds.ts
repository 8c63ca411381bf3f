/**
 * Seeds at which the search begins, for faults that show in few schedules: each
 * was seen at that one. Where a change of the simulation moves it, the search
 * takes longer and still ends.
 */
export const FIRST_SEEDS: ReadonlyMap<string, number> = new Map([
	["an open batch does not tell that the one before was sealed", 130],
	["rows of a batch are used again before it is applied", 36],
	["a shard that has failed once takes its time for ever", 33],
	["what came during a publication counts as published", 20],
	["another kvPrefix marks nothing dirty", 19],
	["a kvPrefix marks nothing dirty after a failure", 206],
	["a kvPrefix is noted before KV took the totals", 152],
	["a reset of one counter does not mark its page", 43],
	["an exact page leaves out what was registered while it was read", 135],
	["an exact page asks for no end of its range", 56],
	["an isolate remembers whichever of two values came last", 69],
	["an isolate remembers what it was reading when a reset returned", 82],
	["an exact read that waits is answered by the one under way", 24],
	["an exact read leaves out a shard that does not answer", 80],
	["an exact read of names leaves out a shard that does not answer", 145],
	["a shard that is asked for some names answers the first of them", 80],
	["retired shards are not asked", 79],
	["a reset goes on without the shards it cannot reach", 43],
	["a reset forgets the sequences", 65],
	["after a rollback the latest homes are asked no longer than the others", 80],
	["a shard forgets at a rollback which counts there were", 498],
	["who knew one count is taken to know the next", 121],
	["keys are kept as long as the code that runs wants them", 45],
	["a key ends with the window, though it is asked for later", 29],
	["a key that ends takes others of it that are under way along", 274],
	["a shard without keys answers that it counted none", 459],
	["the journal of keys is replayed once these are packed", 91],
	["counters of one increment are written in different commits", 124],
	["a batch counts as sealed with a row that was taken back", 639],
	["names take up room that the disk did not give them", 23],
	["an alarm that rings early is set anew at once", 717],
	["a round of all shards ends by the clock", 84],
]);
