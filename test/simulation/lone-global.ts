import type {
	GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { Entry, Holdings } from "../../templates/runtime/protocol.ts";
import { Place } from "./lone-objects.ts";

/** The shards there are: 200. */
export const SHARDS = Array.from({ length: 200 }, (_, n) => n);

/** A global object that knows 200 shards; a test says what they answer. */
export function globalWith(host: Partial<GlobalHost>): GlobalRole {
	const global = new Place().global(
		{ holdings: () => Promise.resolve(holding([])), ...host },
		// The others are retired.
		{ shardCount: 2 },
	);
	for (const shard of SHARDS) global.register([["a"]], shard);
	return global;
}

/** Answers as a shard that has sealed nothing. */
export function holding(pending: readonly Entry[]): Holdings {
	return { epoch: 1, seq: 0, sealed: [], pending };
}

/** Resolves when all has happened that waits for nothing. */
export function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
