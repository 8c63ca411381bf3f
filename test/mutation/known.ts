import type { Equivalent } from "./equivalent.ts";

/**
 * Mutants that survive, as each of them was studied. An entry holds for all of
 * its function that make the same change of the same text.
 */
export const KNOWN: readonly Equivalent[] = [
	{
		file: "global/every-shard.ts",
		within: "everyShard",
		original: "over.catch(() => {});",
		replacement: ";",
		reason: "each shard's race handles it, and there is always a shard",
	},
	{
		file: "global/storage.ts",
		within: "GlobalStorage.lastOf",
		original: "last?.name",
		replacement: "last.name",
		reason: "a next row has one before it",
	},
	{
		file: "idempotency/off.ts",
		within: "",
		original: "{ problem: keysOff }",
		replacement: "{}",
		reason: "of the two, `record` is never asked: `once` has refused every key",
	},
	{
		file: "idempotency/fingerprint.ts",
		within: "fingerprintOf",
		original: "a < b",
		replacement: "a <= b",
		reason: "a request names no counter twice",
	},
	{
		file: "object/journal.ts",
		within: "Journal.free",
		original: "[]",
		replacement: '["Stryker was here"]',
		reason: "a batch that is dropped has rows",
	},
	{
		file: "object/journal.ts",
		within: "Journal.compact",
		original: "[]",
		replacement: '["Stryker was here"]',
		reason: "a batch that is compacted has 32 rows",
	},
	{
		file: "live/off.ts",
		within: "",
		original: "{ status: 503 }",
		replacement: "{}",
		reason: "who asks for a socket looks whether it got one, not at the status",
	},
	{
		file: "shard/registrar.ts",
		within: "Registrar.#register",
		original: "refused[n]?.length",
		replacement: "refused[n].length",
		reason: "the global object answers for every list",
	},
	{
		file: "kv/reader.ts",
		within: "KvReader.totals",
		original: "entries.at(-1)?.[0]",
		replacement: "entries.at(-1)[0]",
		reason: "a page of names has one at the least",
	},
	{
		file: "global/page-publisher.ts",
		within: "PagePublisher.deleteStale",
		original: "n < keys.length",
		replacement: "n <= keys.length",
		reason: "one more group at the most, of no keys",
	},
	{
		file: "global/page-publisher.ts",
		within: "PagePublisher.deleteStale",
		original: "this.#deleteAt > now + RETENTION_MS",
		replacement: "this.#deleteAt >= now + RETENTION_MS",
		reason: "what is kept for as long as it may be is kept for as long",
	},
	{
		file: "global/role.ts",
		within: "GlobalRole.shards",
		original: '"shards"',
		replacement: '""',
		reason: "any text will do that no other question has",
	},
	{
		file: "global/role.ts",
		within: "GlobalRole.shardsJson",
		original: '"shards as JSON"',
		replacement: '""',
		reason: "any text will do that no other question has",
	},
	{
		file: "object/alarm.ts",
		within: "Alarm.ringBy",
		original: "by < set",
		replacement: "by <= set",
		reason: "to be set to the moment that it is set to changes nothing",
	},
	{
		file: "global/fan-out.ts",
		within: "FanOut.holdings",
		original: "[]",
		replacement: '["Stryker was here"]',
		reason: "past the bound the answer has numbers only",
	},
	{
		file: "global/publisher.ts",
		within: "version",
		original: "random.toString(36).slice(2, 10)",
		replacement: "random.toString(36)",
		reason: "any text will do that no other publication has",
	},
	{
		file: "idempotency/fingerprint.ts",
		within: "fingerprintOf",
		original: "text.length <= SHORT_CHARACTERS",
		replacement: "text.length < SHORT_CHARACTERS",
		reason: "hashed or not, entries of that length have one fingerprint",
	},
	{
		file: "object/journal.ts",
		within: "Journal.isLong",
		original: "this.#written >= 2 * this.#compacted",
		replacement: "this.#written > 2 * this.#compacted",
		reason: "a batch may be compacted a commit later",
	},
];
