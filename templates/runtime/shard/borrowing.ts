import type { Ask, Grants, Loans } from "../bounds/contract.ts";
import type { Database } from "../object/database.ts";
import type { Host } from "../object/host.ts";
import { MAX_BATCH_CHARACTERS } from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Outbox } from "./outbox.ts";
import {
	MAX_WAITING_REQUESTS,
	shardFull,
	tooMany,
	unregistered,
} from "./problems.ts";

/** Opens what counts against loans, where totals have bounds. */
export function openLoans(
	shard: number,
	settings: CounterSettings,
	database: Database,
	outbox: Outbox,
	host: Host & { lend(ask: Ask): Promise<Grants> },
): Loans | undefined {
	const loans = settings.totalBounds.openShard(database, {
		...host,
		shard,
		sealed: outbox.sealed,
		unflushed: (name, after) => outbox.unflushed(name, after),
		group: (run) => new GroupCommit(run, () => host.wait(0)),
		noRoom: (names) => tooMany(settings, names),
		full: (size, waiting) =>
			waiting.size + size > MAX_BATCH_CHARACTERS ||
			waiting.requests >= MAX_WAITING_REQUESTS
				? shardFull
				: undefined,
		unreachable: unregistered,
	});
	if (loans) outbox.countAgainst(loans);
	return loans;
}
