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
		file: "object/host.ts",
		within: "objectHost",
		original:
			"(at) => at === undefined ? storage.deleteAlarm() : storage.setAlarm(at)",
		replacement: "() => undefined",
		reason: "runs in workerd only, where test/runtime rings alarms",
	},
	{
		file: "idempotency/request.ts",
		within: "fingerprintOf",
		original: "a < b",
		replacement: "a <= b",
		reason: "a request names no counter twice",
	},
	{
		file: "shard/storage.ts",
		within: "ShardStorage.drop",
		original: "[]",
		replacement: '["Stryker was here"]',
		reason: "a batch that is dropped has rows",
	},
	{
		file: "global/page-publisher.ts",
		within: "PagePublisher.deleteStale",
		original: "n < keys.length",
		replacement: "n <= keys.length",
		reason: "one more group at the most, of no keys",
	},
	{
		file: "global/role.ts",
		within: "GlobalRole.shards",
		original: '"shards"',
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
];
