import type { Lender } from "../bounds/contract.ts";
import type { PastReads } from "../history/contract.ts";
import { kvKey, kvProblem } from "../kv/kv.ts";
import type { Feed, FeedHost, Watch, Watched } from "../live/contract.ts";
import { Alarm } from "../object/alarm.ts";
import { AttemptLog } from "../object/attempt-log.ts";
import type { Database } from "../object/database.ts";
import { migrate } from "../object/migrations.ts";
import { firstOf } from "../paging.ts";
import { noHistory, type Refusal } from "../problem.ts";
import {
	type Applied,
	type Batch,
	type Entry,
	type Part,
	PROTOCOL_VERSION,
	type Totals,
	toRecord,
	type WriteEvent,
} from "../protocol.ts";
import { allShards, type CounterSettings } from "../settings.ts";
import type { Writes } from "../write-log/contract.ts";
import { Delta } from "./delta.ts";
import { Eviction } from "./eviction.ts";
import { FanOut, type ShardsHost } from "./fan-out.ts";
import { GlobalHealth, type HealthHost } from "./health.ts";
import { openLender } from "./lending.ts";
import type { PageHost } from "./page-publisher.ts";
import { PageStorage } from "./page-storage.ts";
import { PublicationStorage } from "./publication-storage.ts";
import { Publisher } from "./publisher.ts";
import { Reset } from "./reset.ts";
import { GLOBAL_SCHEMA } from "./schema.ts";
import { SingleFlight } from "./single-flight.ts";
import { GlobalStorage } from "./storage.ts";

/** Most totals that a live object is answered: one more than a viewer may follow. */
const MAX_LIVE_ENTRIES = 10_001;

/** The global object's surroundings: the object it lives in, shards and KV. */
export type GlobalHost = PageHost &
	ShardsHost &
	HealthHost &
	Pick<FeedHost, "meet" | "push">;

/**
 * Adds up what the shards send, each batch once, and publishes the totals to
 * KV when enough has come, or enough time has passed.
 */
export class GlobalRole {
	/** Health of the namespace. */
	readonly health: GlobalHealth;
	readonly #settings: CounterSettings;
	readonly #storage: GlobalStorage;
	readonly #eviction: Eviction;
	readonly #past: PastReads | undefined;
	readonly #lender: Lender | undefined;
	readonly #log: Writes;
	readonly #live: Feed;
	readonly #alarm: Alarm;
	readonly #host: GlobalHost;
	readonly #publisher: Publisher;
	readonly #fanOut: FanOut;
	/** Has what asks all shards take turns. */
	readonly #flight: SingleFlight;
	readonly #reset: Reset;

	constructor(settings: CounterSettings, database: Database, host: GlobalHost) {
		this.#settings = settings;
		const { kvPrefix } = settings;
		migrate(database, "global", GLOBAL_SCHEMA);
		const delta = new Delta();
		const parts = { totals: () => this.#storage, fanOut: () => this.#fanOut };
		this.#lender = openLender(settings, database, parts, host);
		const pages = new PageStorage(
			database,
			kvKey(kvPrefix),
			delta,
			settings.top.open(database),
		);
		const publication = new PublicationStorage(database, pages, kvPrefix);
		const totals = new GlobalStorage(
			database,
			delta,
			pages,
			publication,
			settings.history.open(database, host),
			allShards(settings),
			this.#lender !== undefined,
		);
		this.#storage = totals;
		this.#eviction = new Eviction(delta, totals, host);
		this.#log = settings.writeLog.open(database);
		this.#host = host;
		this.#flight = new SingleFlight(() => host.wait(0));
		this.#fanOut = new FanOut(settings, totals, host);
		this.#past = totals.past?.reads({
			shardCount: settings.shardCount,
			host,
			totals,
			fanOut: this.#fanOut,
			flight: this.#flight,
			eviction: this.#eviction,
		});
		const lender = this.#lender;
		const storage = { totals, pages, publication, log: this.#log, lender };
		const alarm = new Alarm(host);
		this.#alarm = alarm;
		this.#live = settings.live.open(database, {
			...host,
			arm: () => this.#rearm(),
			read: (names) =>
				names === true
					? totals.totals({ from: "" }, MAX_LIVE_ENTRIES)
					: totals.totalsOf(names),
		});
		this.#reset = new Reset(
			totals,
			this.#fanOut,
			this.#live,
			this.#lender,
			host,
		);
		const attempts = new AttemptLog("publish", database, host);
		this.#publisher = new Publisher(settings, storage, attempts, alarm, host);
		alarm.ringBy(this.#live.nextAt());
		this.health = new GlobalHealth(settings, database, storage, attempts, host);
	}

	/**
	 * Adds a batch to the totals, unless that one or a later one of its shard and
	 * epoch is in them.
	 *
	 * @returns the last batch of that epoch that is in the totals now; the same
	 * for a batch that came twice
	 * @throws if the batch is of a protocol version that this code does not know
	 */
	apply(batch: Batch): Applied {
		const { version, shard, epoch, seq } = batch;
		if (version !== PROTOCOL_VERSION)
			throw new Error(
				`batch ${seq} of shard${shard} has protocol version ${version}; this is ${PROTOCOL_VERSION}`,
			);
		const applied = this.#storage.applied(shard, epoch);
		if (seq <= applied) return { epoch, seq: applied };
		if (applied === 0 && this.#storage.hasBatchesOf(shard))
			this.#host.log("warn", "shard-started-over", { shard, epoch });
		this.#eviction.makeRoom(batch.entries);
		const now = this.#host.now();
		this.#live.changing(batch.entries);
		try {
			this.#storage.apply(batch, now);
		} finally {
			this.#alarm.ringBy(this.#nextAt());
		}
		this.#log.append({
			cmd: "writeToGlobal",
			event: batch.reason,
			shardName: `shard${shard}`,
			entries: batch.entries,
			timestamp: now,
		});
		this.#lender?.applied(batch);
		this.#eviction.soon();
		return { epoch, seq };
	}

	/** Lends to shards, where totals have bounds. */
	get bounds(): Lender {
		if (this.#lender) return this.#lender;
		throw new Error("totals have no bounds");
	}

	totals({ limit, ...range }: Part): Totals {
		const entries = this.#storage.totals(range, limit + 1);
		return { ...firstOf(entries, limit), asOf: this.#host.now() };
	}

	/** One counter's total; no value if it was never counted. */
	total(name: string): { value: number | undefined; asOf: number } {
		return { value: this.#storage.total(name), asOf: this.#host.now() };
	}

	writes(limit?: number): WriteEvent[] {
		return this.#log.events(limit);
	}

	writesJson(limit?: number): string {
		return this.#log.json(limit);
	}

	/**
	 * Makes room for names, as far as `maxCounters` allows: for a whole list or
	 * for none of it. A shard must ask before it first counts a name.
	 *
	 * @returns of each list, the names there is no room for
	 */
	register(lists: readonly (readonly string[])[], shard: number): string[][] {
		const { maxCounters } = this.#settings;
		if (this.#lender) throw new Error("totals have bounds: ask for loans");
		const refused = this.#storage.register(
			lists,
			shard,
			maxCounters,
			this.#host.now(),
		);
		for (const [n, list] of lists.entries())
			if (refused[n]?.length === 0) this.#reset.registered(list);
		return refused;
	}

	/**
	 * The totals with everything that was acknowledged before this was called,
	 * and nothing twice. If a shard cannot be reached, the refusal says which,
	 * and what is known without it.
	 */
	async exact(part: Part): Promise<Totals | Refusal> {
		const { from, to } = part;
		if (from !== to)
			return this.#flight.share(`exact ${JSON.stringify(part)}`, () =>
				this.#fanOut.exact(part),
			);
		// One round answers all names that are asked for meanwhile.
		const answer = await this.#flight.share(
			"exact names",
			(names) => this.#fanOut.exactOf(names),
			from,
		);
		return typeof answer === "function" ? answer(from) : answer;
	}

	// See `PastReads` for their answers.
	readonly history: PastReads["read"] = async (...question) =>
		(await this.#past?.read(...question)) ?? noHistory;
	readonly historyPart: PastReads["part"] = async (...part) =>
		(await this.#past?.part(...part)) ?? noHistory;
	readonly historyTop: PastReads["top"] = (question) =>
		this.#past?.top(question) ?? noHistory;

	/**
	 * Reports what every shard holds unflushed; the index is the shard. As many as there
	 * are shards, or more where a retired one has counted. If a shard cannot be
	 * reached, the refusal says what the others hold; if all hold too much for
	 * one answer, how much.
	 */
	shards(): Promise<(readonly Entry[])[] | Refusal> {
		return this.#flight.share("shards", () => this.#fanOut.holdings());
	}

	/** Reports the same as JSON, which is made once for all who share the answer. */
	shardsJson(): Promise<string | Refusal> {
		return this.#flight.share("shards as JSON", async () => {
			const holdings = await this.#fanOut.holdings();
			return "problem" in holdings
				? holdings
				: JSON.stringify(holdings.map(toRecord));
		});
	}

	/**
	 * Sets one counter or, without a name, all of them back to nothing: drains
	 * every shard, forgets the totals, publishes. If a shard cannot be reached,
	 * nothing is reset.
	 */
	async reset(name?: string): Promise<Refusal | undefined> {
		const refusal = await this.#flight.share(
			`reset ${JSON.stringify(name)}`,
			() =>
				this.#reset.run(name).finally(() => this.#alarm.ringBy(this.#nextAt())),
		);
		return refusal ?? this.publish();
	}

	/** Publishes to KV now, as soon as KV's pace allows. */
	async publish(): Promise<Refusal | undefined> {
		try {
			await this.#publisher.publish();
			return undefined;
		} catch (error) {
			return { problem: kvProblem(error) };
		}
	}

	/** Answers totals to a live object, and pushes to it what becomes of them. */
	watch(watch: Watch): Watched {
		return this.#live.watch(watch);
	}

	/** Publishes and pushes what is due when the alarm rings. Never throws. */
	async alarm(): Promise<void> {
		const now = await this.#alarm.rang(this.#nextAt());
		this.#live.rang();
		await this.#publisher.rang(now);
		await this.#alarm.ringAt(this.#nextAt());
	}

	/** Sets the alarm to what is next, or clears it. */
	#rearm(): void {
		const at = this.#nextAt();
		if (at === undefined) void this.#alarm.ringAt(undefined);
		else this.#alarm.ringBy(at);
	}

	/** Finds when there is something to do. */
	#nextAt(): number | undefined {
		const at = [this.#publisher.nextAt(), this.#live.nextAt()].filter(
			(one) => one !== undefined,
		);
		return at.length > 0 ? Math.min(...at) : undefined;
	}
}
