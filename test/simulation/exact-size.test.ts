import { expect, test } from "vitest";
import { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Totals } from "../../templates/runtime/protocol.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const SHARDS = 200;
const NAMES = Array.from({ length: 1_200 }, (_, n) => `n${1_000 + n}`);

test("with many shards an exact page ends early, and the next goes on", async () => {
	const global = new GlobalRole(
		{
			...new Configurations(new Random(1), profile).next(),
			maxCounters: 10_000,
		},
		new Storage(() => {}).database(() => true),
		{
			now: () => 1_000,
			random: () => 0.5,
			wait: () => new Promise<void>(() => {}),
			setAlarm: () => {},
			log: () => {},
			drain: () => Promise.resolve(true),
			health: () => Promise.reject(new Error("not asked")),
			meet: () => Promise.reject(new Error("not asked")),
			push: () => Promise.reject(new Error("not asked")),
			recall: () => Promise.reject(new Error("not asked")),
			holdings: (_, { from = "", to = "~" } = { from: "" }) =>
				Promise.resolve({
					epoch: 1,
					seq: 0,
					sealed: [],
					pending: NAMES.filter((name) => name >= from && name <= to).map(
						(name) => [name, 1] as const,
					),
				}),
			kv: { put: async () => {}, delete: async () => {} },
			pageBytes: 512 * 1024,
		},
	);
	for (let shard = 0; shard < SHARDS; shard++) global.register([NAMES], shard);
	const found = new Map<string, number>();
	let pages = 0;
	for (let from: string | undefined = ""; from !== undefined; pages++) {
		const page = (await global.exact({ from, limit: 10_000 })) as Totals & {
			last?: string;
		};
		expect(page.entries.length).toBeLessThanOrEqual(500);
		for (const [name, value] of page.entries) found.set(name, value);
		from = page.last === undefined ? undefined : `${page.last}\0`;
	}
	expect(pages).toBeGreaterThanOrEqual(3);
	expect(found).toEqual(new Map(NAMES.map((name) => [name, SHARDS])));
});
