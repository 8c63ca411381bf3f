import type {
	Ask,
	Grants,
	Loans,
	Recall,
	Returned,
} from "../bounds/contract.ts";
import type {
	Claim,
	ClaimedKey,
	IdempotencyKey,
	KnownSharding,
	Ledger,
	LedgerHost,
	Verdict,
} from "../idempotency/contract.ts";
import { dueAt } from "../object/clock.ts";
import type { Database, Remember } from "../object/database.ts";
import { withDeadline } from "../object/deadline.ts";
import type { ShardHealth } from "../object/health.ts";
import { migrate } from "../object/migrations.ts";
import type { Refusal } from "../problem.ts";
import {
	type Amount,
	addUp,
	type Counted,
	type Holdings,
	MAX_BATCH_CHARACTERS,
	type NameChoice,
	sizeOf,
	toRecord,
	volumeOf,
} from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import { openLoans } from "./borrowing.ts";
import { GroupCommit } from "./group-commit.ts";
import { admit, type Increment, NOTHING, partsOf } from "./increment.ts";
import { Outbox, type OutboxHost } from "./outbox.ts";
import { MAX_WAITING_REQUESTS, shardFull } from "./problems.ts";
import { Registrar, type RegistrarHost } from "./registrar.ts";
import { SHARD_SCHEMA } from "./schema.ts";

/** Refusals that are less than this apart are told once; milliseconds. */
const EPISODE_MS = 60_000;

/** A shard's surroundings: its own object, the global one, other shards. */
export interface ShardHost extends OutboxHost, RegistrarHost, LedgerHost {
	/** Resolves once everything written so far is durable. */
	commit(): Promise<void>;
	/** Asks the global object for loans, where totals have bounds. */
	lend(ask: Ask): Promise<Grants>;
}

/**
 * Takes increments: checks that there is room for them, that their idempotency
 * key is new, commits them in groups, and hands them to the outbox.
 */
export class ShardRole {
	/** The names that need no registration any more. */
	readonly names: Registrar;
	readonly #index: number;
	readonly #database: Database;
	readonly #host: ShardHost;
	readonly #outbox: Outbox;
	readonly #keys: Ledger;
	readonly #loans: Loans | undefined;
	readonly #commits: GroupCommit<Increment, Verdict>;
	/** Volume of the increments that no commit has taken up yet. */
	#waitingVolume = 0;
	/** Size of these in characters. */
	#waitingSize = 0;
	/** Moment of the last refusal; milliseconds since 1970. */
	#refusedAt = Number.NEGATIVE_INFINITY;

	constructor(
		index: number,
		settings: CounterSettings,
		database: Database,
		host: ShardHost,
	) {
		this.#index = index;
		this.#database = database;
		this.#host = host;
		migrate(database, "shard", SHARD_SCHEMA);
		this.#outbox = new Outbox(index, settings, database, host);
		this.names = new Registrar(settings, database, host);
		this.#loans = openLoans(index, settings, database, this.#outbox, host);
		this.#keys = settings.idempotency.open(index, settings, database, {
			now: () => host.now(),
			claimAt: (...claim) => withDeadline(host, host.claimAt(...claim)),
		});
		this.#commits = new GroupCommit(
			async (increments) => {
				const verdicts = this.#write(increments);
				await host.commit();
				host.log("debug", "counted", () => ({
					requests: increments
						.filter((_, n) => verdicts[n] === "new")
						.map(({ entries }) => toRecord(addUp([entries]))),
				}));
				return verdicts;
			},
			() => host.wait(0),
		);
	}

	/**
	 * Counts all of the entries or, if refused, none; durable once it resolves.
	 *
	 * @param stamp "none" if it was not now: to count toward the totals alone or, where
	 * an entry says so, in the bucket that it names
	 */
	async increment(
		entries: readonly Amount[],
		key?: IdempotencyKey,
		stamp?: "none",
	): Promise<Counted | Refusal> {
		const isInNoBucket = stamp === "none";
		const volume = volumeOf(entries);
		const size = sizeOf(entries);
		const commit = async (key?: ClaimedKey, borrows?: Increment["borrows"]) => {
			if (!this.#hasRoom(volume, size)) return this.#refuse();
			this.#waitingVolume += volume;
			this.#waitingSize += size;
			const increment = { entries, volume, size, key, isInNoBucket };
			return this.#commits.add(borrows ? { ...increment, borrows } : increment);
		};
		const count = async (key?: ClaimedKey): Promise<Verdict> => {
			if (this.#loans) {
				const sums = addUp([entries]);
				const verdict = await this.#loans.count(
					{ entries: sums, size, isKeyed: key !== undefined },
					(granted, takeUp) => commit(key, { sums, granted, takeUp }),
				);
				const isFinal =
					typeof verdict === "object" && verdict.problem.status < 500;
				if (key && isFinal) this.#keys.refused(key);
				return verdict;
			}
			// Not before its key is judged: a repetition takes up no room.
			const unknown = this.names.unknown(
				isInNoBucket ? addUp([entries]) : entries,
			);
			if (unknown.length > 0) {
				const refusal = await this.names.register(unknown, size);
				if (refusal) return refusal === shardFull ? this.#refuse() : refusal;
			}
			return commit(key);
		};
		const verdict = key ? await this.#keys.once(key, count) : await count();
		if (typeof verdict === "object") return verdict;
		return { shard: this.#index, repeated: verdict === "repeated" };
	}

	/** See `Ledger.claim`. */
	claim(key: string, by: number, shardings: readonly KnownSharding[]): Claim {
		return this.#keys.claim(key, by, shardings);
	}

	/** See `Outbox.holdings`. */
	holdings(choice?: NameChoice, most?: number): Holdings {
		return this.#outbox.holdings(choice, most);
	}

	/**
	 * Brings everything counted so far to the global object.
	 *
	 * @param forget also forget that this name, or that any, is registered there
	 * @param turn before which answers are ignored then, where totals have bounds
	 * @returns false if there was nothing to bring
	 * @throws if the global cannot be reached; the alarm goes on trying
	 */
	async drain(forget?: string | true, turn = 0): Promise<boolean> {
		if (forget !== undefined) {
			this.names.forget(forget);
			if (this.#loans)
				await this.#commits.add({ ...NOTHING, recall: { forget, turn } });
		}
		return this.#outbox.drain();
	}

	/** Gives back what it has not spent of loans, after what waits for a commit. */
	async recall(recall: Recall): Promise<Returned> {
		if (!this.#loans) throw new Error("totals have no bounds");
		if (!recall.peek) {
			await this.#loans.expect(recall);
			await this.#commits.add({ ...NOTHING, recall });
		}
		return this.#loans.standing(recall);
	}

	/** Reports how much it holds, and how its flushes go. */
	health(): ShardHealth {
		return this.#outbox.health();
	}

	/**
	 * Measures how full it is: the open batch, and what waits for a commit, a
	 * registration or a claim. Once all is quiet, nothing waits.
	 */
	load(): {
		open: { volume: number; size: number };
		waiting: { requests: number; volume: number; size: number; keys: number };
	} {
		const { volume, size } = this.#outbox;
		return {
			open: { volume, size },
			waiting: {
				requests:
					this.#commits.waiting +
					this.names.waiting +
					(this.#loans?.waiting.requests ?? 0),
				volume: this.#waitingVolume,
				size:
					this.#waitingSize +
					this.names.size +
					(this.#loans?.waiting.size ?? 0),
				keys: this.#keys.underWay,
			},
		};
	}

	/** Sends what is due when the alarm rings. Never throws. */
	alarm(): Promise<void> {
		return this.#outbox.alarm();
	}

	#hasRoom(volume: number, size: number): boolean {
		const open = this.#outbox;
		return (
			open.volume + this.#waitingVolume + volume <= Number.MAX_SAFE_INTEGER &&
			open.size + this.#waitingSize + size <= MAX_BATCH_CHARACTERS &&
			this.#commits.waiting < MAX_WAITING_REQUESTS
		);
	}

	/** Logs once that it is full, until it was not for a while. */
	#refuse(): Refusal {
		const now = this.#host.now();
		if (dueAt(this.#refusedAt, EPISODE_MS, now) <= now) {
			const { open, waiting } = this.load();
			this.#host.log("warn", "shard-full", {
				waiting: waiting.requests,
				held: open.size,
				volume: open.volume,
			});
		}
		this.#refusedAt = now;
		this.#outbox.flushSoon("exceedMaxRequest");
		return shardFull;
	}

	/** Writes what a commit takes up, in one transaction. */
	#write(increments: readonly Increment[]): Verdict[] {
		const now = this.#host.now();
		// Before anything can fail: these wait no more.
		for (const { volume, size } of increments) {
			this.#waitingVolume -= volume;
			this.#waitingSize -= size;
		}
		for (const { borrows } of increments) borrows?.takeUp?.();
		// Again: a request may have waited long since its key was looked for.
		if (increments.some(({ key }) => key)) this.#keys.forget(now);
		let remember: Remember = () => {};
		let rememberKeys: Remember = () => {};
		let rememberLoans: Remember = () => {};
		const verdicts = this.#database.transactionSync(() => {
			const keys = increments.map(({ key }) => key);
			const admission = this.#loans?.admission();
			const judged = this.#keys.record(
				keys,
				now,
				admission && ((n) => admit(admission, increments[n])),
			);
			const { verdicts } = judged;
			rememberKeys = judged.remember;
			if (admission) rememberLoans = admission.write();
			const counted = increments.filter((_, n) => verdicts[n] === "new");
			if (counted.length > 0)
				remember = this.#outbox.add(
					partsOf(counted),
					counted.length,
					counted.reduce((sum, { volume }) => sum + volume, 0),
				);
			return verdicts;
		});
		rememberKeys();
		rememberLoans();
		remember();
		this.#outbox.proceed();
		return verdicts;
	}
}
