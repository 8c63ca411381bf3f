import type { Load, Platform, Thresholds } from "../../cli/planner/load.ts";
import type { TotalBounds } from "../../templates/runtime/bounds/contract.ts";
import { totalBounds } from "../../templates/runtime/bounds/feature.ts";
import { boundsOff } from "../../templates/runtime/bounds/off.ts";
import { periodBounds } from "../../templates/runtime/bounds/period-feature.ts";
import { GlobalRole } from "../../templates/runtime/global/role.ts";
import { history } from "../../templates/runtime/history/feature.ts";
import { historyOff } from "../../templates/runtime/history/off.ts";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { homeOf } from "../../templates/runtime/idempotency/key-home.ts";
import { idempotencyOff } from "../../templates/runtime/idempotency/off.ts";
import { liveUpdates } from "../../templates/runtime/live/feature.ts";
import { liveOff } from "../../templates/runtime/live/off.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import { ShardRole } from "../../templates/runtime/shard/role.ts";
import { topCounters } from "../../templates/runtime/top/feature.ts";
import { topOff } from "../../templates/runtime/top/off.ts";
import { writeLog } from "../../templates/runtime/write-log/feature.ts";
import { writeLogOff } from "../../templates/runtime/write-log/off.ts";
import { arrive } from "./arrivals.ts";
import { SETTINGS } from "./lone-objects.ts";
import { EPOCH_MS, MeteredObject } from "./metered-object.ts";
import { Random } from "./random.ts";
import { Scheduler } from "./scheduler.ts";

/** Numbers of what happened. */
export interface Happened {
	shardRows: number;
	globalRows: number;
	flushes: number;
	rings: number;
	puts: number;
	deletes: number;
	pushes: number;
	/** Calls that ask for loans, and those that call them back. */
	asks: number;
	recalls: number;
	/** Seconds in which shards, and the global object, had anything under way. */
	shardsAwake: number;
	globalAwake: number;
	/** Seconds until increments were in the totals, and in KV; in order. */
	lags: { global: number[]; kv: number[] };
}

interface Shard {
	readonly role: ShardRole;
	object: MeteredObject;
	/** Moments of its requests that are not in the totals. */
	waiting: number[];
}

/**
 * Runs the real roles under a load in virtual time, on a platform that takes as
 * long as one says, and counts what is billed. Nothing fails.
 */
export class MeteredNamespace {
	readonly #scheduler: Scheduler;
	readonly #random: Random;
	readonly #load: Load;
	readonly #shards: Shard[];
	readonly #global: MeteredObject;
	readonly #draw: () => number;
	readonly #lags = { global: [] as number[], kv: [] as number[] };
	/** Applied and not published: when they were acknowledged. */
	#unpublished: [applied: number, acknowledged: number][] = [];
	#flushes = 0;
	#puts = 0;
	#deletes = 0;
	#pushes = 0;
	#asks = 0;
	#recalls = 0;

	constructor(
		thresholds: Thresholds,
		load: Load,
		platform: Platform,
		draw: () => number,
		seed: number,
	) {
		this.#random = new Random(seed);
		this.#scheduler = new Scheduler(this.#random);
		this.#load = load;
		this.#draw = draw;
		const settings = settingsOf(thresholds);
		const { commitS, callS, putS } = platform;
		const object = (ring: () => Promise<void>) =>
			new MeteredObject(this.#scheduler, this.#random, commitS, ring);
		const global = object(() => role.alarm());
		const kv = {
			put: async (key: string, _text: string, metadata?: { asOf: number }) => {
				this.#puts++;
				await this.#after(commitS + putS);
				if (key.endsWith("~counters")) this.#published(metadata?.asOf ?? 0);
			},
			delete: async () => {
				this.#deletes++;
				await this.#after(commitS + putS);
			},
		};
		const none = () => Promise.reject(new Error("not asked"));
		const role: GlobalRole = new GlobalRole(
			settings,
			global.storage.database(() => true),
			{
				...global.host,
				drain: async () => true,
				health: none,
				meet: async () => ({ life: 1, names: true }),
				push: (_, { life }) =>
					global.during(async () => {
						this.#pushes++;
						await this.#after(callS);
						return life === 1
							? { unwatched: [], isAll: true }
							: { life: 1, names: true };
					}),
				recall: async (index, recall) => {
					this.#recalls++;
					const shard = this.#shards[index] as Shard;
					await this.#after(callS / 2);
					return shard.object.during(async () => {
						const answer = await shard.role.recall(recall);
						await shard.object.commit();
						await this.#after(callS / 2);
						return answer;
					});
				},
				holdings: none,
				kv,
				pageBytes: 524_288,
			},
		);
		this.#global = global;
		const { live, shardCount } = thresholds;
		if (live && load.viewers > 0)
			for (let object = 0; object < live.objects; object++)
				role.watch({ object, life: 1, names: true });
		this.#shards = Array.from({ length: shardCount }, (_, index) => {
			const own = object(() => shard.alarm());
			const waiting: number[] = [];
			let applied = 0;
			const start = (): ShardRole =>
				new ShardRole(
					index,
					settings,
					own.storage.database(() => true),
					{
						...own.host,
						commit: () => own.commit(),
						apply: (batch) =>
							own.during(async () => {
								// A call leaves once what was written before it is on disk.
								await this.#after(commitS + callS / 2);
								this.#flushes++;
								const answer = role.apply(batch);
								const { now: appliedAt } = this.#scheduler;
								const isNew = batch.seq > applied;
								applied = batch.seq;
								const requests = isNew ? waiting.splice(0, batch.requests) : [];
								for (const at of requests)
									this.#unpublished.push([appliedAt, at]);
								await global.during(() => global.commit());
								const { now } = this.#scheduler;
								for (const at of requests)
									this.#lags.global.push((now - at) / 1_000);
								await this.#after(callS / 2);
								return answer;
							}),
						register: async (lists) => role.register(lists, index),
						lend: (ask) =>
							own.during(async () => {
								this.#asks++;
								await this.#after(callS / 2);
								const answer = await global.during(async () => {
									const grants = await role.bounds.lend(ask);
									await global.commit();
									return grants;
								});
								await this.#after(callS / 2);
								return answer;
							}),
						claimAt: none,
					},
				);
			let shard = start();
			const started = {
				get role() {
					return shard;
				},
				object: own,
				waiting,
			};
			own.onWake = () => {
				shard = start();
			};
			return started;
		});
	}

	/** Counts for so many seconds, after a warm-up in which every name is counted. */
	async run(seconds: number, warmUpS: number): Promise<Happened> {
		const names = Array.from({ length: this.#load.counters }, (_, n) =>
			this.#name(n),
		);
		for (const { role, waiting } of this.#shards)
			for (let n = 0; n < names.length; n += 10_000) {
				const entries = names
					.slice(n, n + 10_000)
					.map((name) => [name, 1] as const);
				waiting.push(0);
				await this.#ended(role.increment(entries));
			}
		arrive(this.#scheduler, this.#random, this.#load, () => this.#request());
		await this.#until(warmUpS * 1_000);
		const before = this.#happened();
		this.#lags.global.length = 0;
		this.#lags.kv.length = 0;
		await this.#until((warmUpS + seconds) * 1_000);
		const after = this.#happened();
		const since = (key: Exclude<keyof Happened, "lags">) =>
			after[key] - before[key];
		return {
			shardRows: since("shardRows"),
			globalRows: since("globalRows"),
			flushes: since("flushes"),
			rings: since("rings"),
			puts: since("puts"),
			deletes: since("deletes"),
			pushes: since("pushes"),
			asks: since("asks"),
			recalls: since("recalls"),
			shardsAwake: since("shardsAwake"),
			globalAwake: since("globalAwake"),
			lags: {
				global: this.#lags.global.toSorted((a, b) => a - b),
				kv: this.#lags.kv.toSorted((a, b) => a - b),
			},
		};
	}

	#happened(): Happened {
		const shards = this.#shards.map(({ object }) => object);
		const sum = (
			all: readonly MeteredObject[],
			of: (one: MeteredObject) => number,
		) => all.reduce((total, one) => total + of(one), 0);
		return {
			shardRows: sum(shards, ({ rows }) => rows),
			globalRows: this.#global.rows,
			flushes: this.#flushes,
			rings: sum([...shards, this.#global], ({ rings }) => rings),
			puts: this.#puts,
			deletes: this.#deletes,
			pushes: this.#pushes,
			asks: this.#asks,
			recalls: this.#recalls,
			shardsAwake: sum(shards, ({ awake }) => awake),
			globalAwake: this.#global.awake,
			lags: this.#lags,
		};
	}

	async #until(ms: number): Promise<void> {
		while (this.#scheduler.nextAt <= ms) await this.#scheduler.step();
	}

	#request(): void {
		const { batch, isKeyed } = this.#load;
		const names = new Set<string>();
		while (names.size < batch) names.add(this.#name(this.#draw()));
		const key = `key-${isKeyed ? this.#random.next() : ""}`;
		const shardCount = this.#shards.length;
		const index = isKeyed
			? homeOf(key, shardCount)
			: this.#random.int(0, shardCount - 1);
		const shard = this.#shards[index] as Shard;
		void shard.object.during(() =>
			shard.role.increment(
				[...names].map((name) => [name, 1] as const),
				isKeyed
					? {
							key,
							fingerprint: key,
							shardCount,
							shardCounts: [shardCount],
							reshardings: 0,
						}
					: undefined,
			),
		);
		shard.waiting.push(this.#scheduler.now);
	}

	/** Lets time pass until something has ended. */
	async #ended(work: Promise<unknown>): Promise<void> {
		let isOver = false;
		void work.then(() => {
			isOver = true;
		});
		while (!isOver) await this.#scheduler.step();
	}

	#name(n: number): string {
		return `n${n}`.padEnd(this.#load.nameCharacters, "-");
	}

	#published(asOf: number): void {
		const { now } = this.#scheduler;
		const left: [number, number][] = [];
		for (const one of this.#unpublished)
			if (one[0] <= asOf - EPOCH_MS) this.#lags.kv.push((now - one[1]) / 1_000);
			else left.push(one);
		this.#unpublished = left;
	}

	#after(seconds: number): Promise<void> {
		return new Promise((resolve) =>
			this.#scheduler.after(seconds * 1_000, resolve),
		);
	}
}

function boundsOf(total: Thresholds["total"]): TotalBounds {
	if (!total) return boundsOff;
	const { per, ...limits } = total;
	return per
		? periodBounds({ ...limits, per, timeZone: "UTC" })
		: totalBounds(limits);
}

function settingsOf({
	writeLog: events,
	idempotencyWindow: windowMs,
	history: kept,
	top,
	live,
	total,
	increment,
	...keys
}: Thresholds): CounterSettings {
	return {
		...SETTINGS,
		...keys,
		shardCounts: [keys.shardCount],
		maxCounters: 1_000_000,
		incrementBounds: increment,
		totalBounds: boundsOf(total),
		history: kept ? history({ ...kept, timeZone: "UTC" }) : historyOff,
		top: top > 0 ? topCounters({ counters: top }) : topOff,
		live: live ? liveUpdates(live) : liveOff,
		writeLog: events > 0 ? writeLog({ events }) : writeLogOff,
		idempotency: windowMs > 0 ? idempotencyKeys({ windowMs }) : idempotencyOff,
	};
}
