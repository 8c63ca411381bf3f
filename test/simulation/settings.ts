import { recordNamespaces } from "../../cli/generator/history.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Profile } from "./profiles.ts";
import type { Random } from "./random.ts";

const KV_PREFIXES = ["metrics", "moved", "again"];

/** Configurations one after another, with the history the lock file keeps. */
export class Configurations {
	readonly #random: Random;
	readonly #profile: Profile;
	#history: ReturnType<typeof recordNamespaces> = {};
	#shardCount: number;
	/** Newest first. */
	#kvPrefixes = KV_PREFIXES.slice(0, 1);

	constructor(random: Random, profile: Profile) {
		this.#random = random;
		this.#profile = profile;
		this.#shardCount = random.pick(profile.shardCounts);
	}

	/** The first configuration, and each one after it. */
	next(): CounterSettings {
		const random = this.#random;
		const { reshards, shardCounts, timers, thresholds, ...profile } =
			this.#profile;
		if (reshards) this.#shardCount = random.pick(shardCounts);
		if (profile.movesInKv)
			this.#kvPrefixes = [
				...new Set([random.pick(KV_PREFIXES), ...this.#kvPrefixes]),
			];
		const [kvPrefix = "", ...earlierKvPrefixes] = this.#kvPrefixes;
		this.#history = recordNamespaces(this.#history, [
			{ key: "metrics", class: "Metrics", shardCount: this.#shardCount },
		]);
		const { shardCounts: ever = [], reshardings = 0 } =
			this.#history.metrics ?? {};
		const publishAfter = random.pick(timers);
		return {
			doNamespace: "METRICS_DO",
			kvNamespace: "KV",
			kvPrefix,
			earlierKvPrefixes,
			shardCount: this.#shardCount,
			shardCounts: ever,
			reshardings,
			shardMinRequestToGlobal: random.pick(thresholds),
			shardWriteToGlobalAfter: random.pick(timers),
			globalMinWritesToKV: random.pick(thresholds),
			globalWriteToKVAfter:
				publishAfter > 0 ? Math.max(1_000, publishAfter) : 0,
			names: /./,
			increment: { min: -1_000_000, max: 1_000_000 },
			maxCounters: random.pick(profile.maxCounters),
			idempotencyWindow: profile.idempotencyWindow,
			writeLog: random.pick([0, 3, 10]),
			methods: ["POST"],
		};
	}
}
