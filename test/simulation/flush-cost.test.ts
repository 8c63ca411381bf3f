import { expect, test } from "vitest";
import { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Database } from "../../templates/runtime/object/database.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings = {
	...new Configurations(new Random(1), profile).next(),
	maxCounters: 10_000,
};

/** Statements that the global object executes for a flush of so many names. */
function statementsOf(names: number): number {
	let statements = 0;
	const database = new Storage(() => {}).database(() => true);
	const counted = {
		sql: {
			exec: (...args: Parameters<Database["sql"]["exec"]>) => {
				statements++;
				return database.sql.exec(...args);
			},
		},
		transactionSync: <T>(run: () => T) => database.transactionSync(run),
	} as unknown as Database;
	const global = new GlobalRole(settings, counted, {
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
		holdings: () => Promise.reject(new Error("not asked")),
		kv: { put: async () => {}, delete: async () => {} },
		pageBytes: 512 * 1024,
	});
	const entries = Array.from(
		{ length: names },
		(_, n): Entry => [`counter-${n}`, 1],
	);
	global.register([entries.map(([name]) => name)], 0);
	const flush = (seq: number) =>
		global.apply({
			version: 1,
			shard: 0,
			epoch: 1,
			seq,
			reason: "requestWrite",
			requests: 1,
			entries,
		});
	flush(1);
	statements = 0;
	flush(2);
	return statements;
}

test("a flush takes as many statements with 5,000 names as with one", () => {
	const one = statementsOf(1);
	expect(one).toBeGreaterThan(0);
	expect(statementsOf(5_000)).toBe(one);
});
