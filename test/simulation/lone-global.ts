import {
	type GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { Entry, Holdings } from "../../templates/runtime/protocol.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings = {
	...new Configurations(new Random(1), profile).next(),
	// The others are retired.
	shardCount: 2,
};
/** The shards there are: 200. */
export const SHARDS = Array.from({ length: 200 }, (_, n) => n);

/** A global object that knows 200 shards; a test says what they answer. */
export function globalWith(host: Partial<GlobalHost>): GlobalRole {
	const global = new GlobalRole(
		settings,
		new Storage(() => {}).database(() => true),
		{
			now: () => 1_000,
			random: () => 0.5,
			// The pace of KV takes no time; nothing else is too late.
			wait: (ms) => new Promise((resolve) => ms <= 1_000 && resolve()),
			setAlarm: () => {},
			log: () => {},
			drain: () => Promise.resolve(true),
			health: () => Promise.reject(new Error("not asked")),
			holdings: () => Promise.resolve(holding([])),
			kv: { put: async () => {}, delete: async () => {} },
			pageBytes: 512 * 1024,
			...host,
		},
	);
	for (const shard of SHARDS) global.register([["a"]], shard);
	return global;
}

/** What a shard answers that has sealed nothing. */
export function holding(pending: readonly Entry[]): Holdings {
	return { epoch: 1, seq: 0, sealed: [], pending };
}

/** Resolves when all has happened that waits for nothing. */
export function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
