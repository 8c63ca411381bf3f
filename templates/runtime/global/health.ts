import type { Lender } from "../bounds/contract.ts";
import type { AttemptLog } from "../object/attempt-log.ts";
import type { Database } from "../object/database.ts";
import {
	age,
	type NamespaceHealth,
	type ShardHealth,
} from "../object/health.ts";
import type { Host } from "../object/host.ts";
import type { CounterSettings } from "../settings.ts";
import { everyShard } from "./every-shard.ts";
import type { PublisherStorage } from "./publisher.ts";
import { RefusalStorage } from "./refusal-storage.ts";

/** A scrape waits 10 seconds as a rule: a shard that is slower counts as down. */
const HEALTH_TIMEOUT_MS = 5_000;

export interface HealthHost extends Host {
	/** Asks a shard for its health. */
	health(shard: number): Promise<ShardHealth>;
}

/** Reports the health of the namespace, and remembers what was refused. */
export class GlobalHealth {
	readonly #settings: CounterSettings;
	readonly #storage: PublisherStorage & { lender: Lender | undefined };
	readonly #attempts: AttemptLog;
	readonly #refusals: RefusalStorage;
	readonly #host: HealthHost;
	#gathering: Promise<NamespaceHealth> | undefined;

	constructor(
		settings: CounterSettings,
		database: Database,
		storage: PublisherStorage & { lender: Lender | undefined },
		attempts: AttemptLog,
		host: HealthHost,
	) {
		this.#settings = settings;
		this.#storage = storage;
		this.#attempts = attempts;
		this.#refusals = new RefusalStorage(database);
		this.#host = host;
	}

	/** Adds up increment requests that were refused, by the code of the problem. */
	refused(requests: Readonly<Record<string, number>>): void {
		this.#refusals.add(requests);
		this.#host.log("info", "requests-refused", { requests });
	}

	/** Asks every shard; who calls meanwhile waits for the same answers. */
	gather(): Promise<NamespaceHealth> {
		this.#gathering ??= this.#gather().finally(() => {
			this.#gathering = undefined;
		});
		return this.#gathering;
	}

	/** Reports what it knows of itself, without any shard. */
	own(): Pick<
		NamespaceHealth,
		"counters" | "refusals" | "late" | "limits" | "kv"
	> {
		const { totals, publication, lender } = this.#storage;
		const { writes, since } = publication.unpublished(totals.written);
		return {
			counters: totals.names,
			refusals: this.#refusals.all(),
			...(totals.past && { late: totals.past.late }),
			...(lender && { limits: lender.health }),
			kv: {
				publications: publication.publications(),
				failures: this.#attempts.failures,
				unpublished: writes,
				lag: age(since, this.#host.now()),
			},
		};
	}

	async #gather(): Promise<NamespaceHealth> {
		const { totals } = this.#storage;
		const host = this.#host;
		const { answers } = await everyShard(
			host,
			totals.shards(),
			(shard) => host.health(shard),
			HEALTH_TIMEOUT_MS,
		);
		const health = new Map(answers);
		return {
			...this.own(),
			maxCounters: this.#settings.maxCounters,
			shards: totals.brought.stats().map((stats) => ({
				...stats,
				health: health.get(stats.shard),
			})),
		};
	}
}
