import { evolve } from "../../cli/lifecycle/evolve.ts";
import type { Histories } from "../../cli/lifecycle/history.ts";
import { totalBounds } from "../../templates/runtime/bounds/feature.ts";
import { boundsOff } from "../../templates/runtime/bounds/off.ts";
import { periodBounds } from "../../templates/runtime/bounds/period-feature.ts";
import { history } from "../../templates/runtime/history/feature.ts";
import { historyOff } from "../../templates/runtime/history/off.ts";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { idempotencyOff } from "../../templates/runtime/idempotency/off.ts";
import { liveUpdates } from "../../templates/runtime/live/feature.ts";
import { liveOff } from "../../templates/runtime/live/off.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import { topCounters } from "../../templates/runtime/top/feature.ts";
import { topOff } from "../../templates/runtime/top/off.ts";
import { writeLog } from "../../templates/runtime/write-log/feature.ts";
import { writeLogOff } from "../../templates/runtime/write-log/off.ts";
import type { Life } from "./object.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";

const THREE_EVENTS = writeLog({ events: 3 });
const TEN_EVENTS = writeLog({ events: 10 });

const KV_PREFIXES = ["metrics", "moved", "again"];

/** Bounds of totals or, with `per`, of what is counted in each period. */
export interface Total {
	min?: number;
	max?: number;
	per?: "hour" | "day";
}

/** Finds the bounds of all counters by the code of a life; nothing where it has none. */
export function totalOf({ hasBounds, settings }: Life): Total | undefined {
	return hasBounds ? settings.totalBounds.limits : undefined;
}

/** Tells whether code takes idempotency keys. */
export function keysAreOn({ idempotency }: CounterSettings): boolean {
	return idempotency.windowMs > 0;
}

/** Configurations one after another, with the history the lock file keeps. */
export class Configurations {
	readonly #random: Random;
	readonly #profile: Profile;
	/** Histories in lock files, the newest last. */
	readonly #histories: Histories[] = [{}];
	#shardCount: number;
	#kvPrefix = "metrics";

	constructor(random: Random, profile: Profile) {
		this.#random = random;
		this.#profile = profile;
		this.#shardCount = random.pick(profile.shardCounts);
	}

	/**
	 * The first configuration, and each one after it.
	 *
	 * @param forks goes on from any earlier lock file: that was rolled back, too
	 */
	next(forks = false): CounterSettings {
		const random = this.#random;
		const { reshards, shardCounts, timers, thresholds, ...profile } =
			this.#profile;
		if (reshards) this.#shardCount = random.pick(shardCounts);
		if (profile.movesInKv) this.#kvPrefix = random.pick(KV_PREFIXES);
		const namespace = {
			key: "metrics",
			class: "Metrics",
			binding: "METRICS_DO",
			kvPrefix: this.#kvPrefix,
			mount: "/",
			shardCount: this.#shardCount,
		};
		const before = forks
			? random.pick(this.#histories.slice(1))
			: this.#histories.at(-1);
		const { histories } = evolve(before ?? {}, [namespace], []);
		this.#histories.push(histories);
		const {
			shardCounts: ever = [],
			reshardings = 0,
			earlierKvPrefixes = [],
		} = histories.metrics ?? {};
		const publishAfter = random.pick(timers);
		const windowMs = profile.idempotencyWindow * random.pick(profile.windows);
		return {
			doNamespace: "METRICS_DO",
			kvNamespace: "KV",
			kvPrefix: this.#kvPrefix,
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
			incrementBounds: { min: -1_000_000, max: 1_000_000 },
			maxCounters: random.pick(profile.maxCounters),
			idempotency:
				windowMs > 0 ? idempotencyKeys({ windowMs }) : idempotencyOff,
			history: this.#history(),
			totalBounds: this.#totalBounds(),
			live: this.#live(),
			top: this.#top(),
			writeLog: random.pick([writeLogOff, THREE_EVENTS, TEN_EVENTS]),
			methods: ["POST"],
			location: undefined,
			jurisdiction: undefined,
			logLevel: "info",
		};
	}

	/** In turn, and not at random: that would move all other schedules. */
	#top(): CounterSettings["top"] {
		const { tops } = this.#profile;
		const counters = tops[(this.#histories.length - 2) % tops.length] ?? 0;
		return counters > 0 ? topCounters({ counters }) : topOff;
	}

	#history(): CounterSettings["history"] {
		const { histories, timeZones } = this.#profile;
		if (histories.length === 0) return historyOff;
		const kept = this.#random.pick(histories);
		return history({ ...kept, timeZone: this.#random.pick(timeZones) });
	}

	#totalBounds(): CounterSettings["totalBounds"] {
		const { totals } = this.#profile;
		if (totals.length === 0) return boundsOff;
		const { per, ...bounds } = this.#random.pick(totals);
		if (Object.keys(bounds).length === 0) return boundsOff;
		return per
			? periodBounds({ ...bounds, per, timeZone: "UTC" })
			: totalBounds(bounds);
	}

	#live(): CounterSettings["live"] {
		const [first = 0, ...others] = this.#profile.liveObjects;
		const objects =
			others.length > 0 ? this.#random.pick([first, ...others]) : first;
		return objects > 0 ? liveUpdates({ objects }) : liveOff;
	}
}
