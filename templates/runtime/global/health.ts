import type { World } from "../object/alarm.ts";
import type { Attempts } from "../object/attempts.ts";
import type { Database } from "../object/database.ts";
import {
	age,
	type NamespaceVitals,
	type ShardVitals,
} from "../object/health.ts";
import type { CounterSettings } from "../settings.ts";
import { everyShard } from "./every-shard.ts";
import type { PublisherStorage } from "./publisher.ts";
import { RefusalStorage } from "./refusal-storage.ts";

/** A scrape waits 10 seconds as a rule: a shard that is slower counts as down. */
const VITALS_PATIENCE = 5_000;

export interface VitalsWorld extends World {
	/** How a shard gets on. */
	vitals(shard: number): Promise<ShardVitals>;
}

/** Tells how the namespace gets on, and remembers what was refused. */
export class GlobalVitals {
	readonly #settings: CounterSettings;
	readonly #storage: PublisherStorage;
	readonly #attempts: Attempts;
	readonly #refusals: RefusalStorage;
	readonly #world: VitalsWorld;
	#gathering: Promise<NamespaceVitals> | undefined;

	constructor(
		settings: CounterSettings,
		database: Database,
		storage: PublisherStorage,
		attempts: Attempts,
		world: VitalsWorld,
	) {
		this.#settings = settings;
		this.#storage = storage;
		this.#attempts = attempts;
		this.#refusals = new RefusalStorage(database);
		this.#world = world;
	}

	/** Increment requests were refused: so many by the code of the problem. */
	refused(requests: Readonly<Record<string, number>>): void {
		this.#refusals.add(requests);
		this.#world.log("info", "requests-refused", { requests });
	}

	/** Asks every shard; who calls meanwhile waits for the same answers. */
	gather(): Promise<NamespaceVitals> {
		this.#gathering ??= this.#gather().finally(() => {
			this.#gathering = undefined;
		});
		return this.#gathering;
	}

	/** What it knows of itself, without any shard. */
	own(): Pick<NamespaceVitals, "counters" | "refusals" | "kv"> {
		const { totals, publication } = this.#storage;
		const { writes, since } = publication.unpublished(totals.written);
		return {
			counters: totals.names,
			refusals: this.#refusals.all(),
			kv: {
				publications: publication.publications(),
				failures: this.#attempts.failures,
				unpublished: writes,
				lag: age(since, this.#world.now()),
			},
		};
	}

	async #gather(): Promise<NamespaceVitals> {
		const { totals } = this.#storage;
		const world = this.#world;
		const { answers } = await everyShard(
			world,
			totals.shards(),
			(shard) => world.vitals(shard),
			VITALS_PATIENCE,
		);
		const vitals = new Map(answers);
		return {
			...this.own(),
			maxCounters: this.#settings.maxCounters,
			shards: totals.shardRows.all().map((brought) => ({
				...brought,
				vitals: vitals.get(brought.shard),
			})),
		};
	}
}
