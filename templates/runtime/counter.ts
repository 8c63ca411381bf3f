// biome-ignore-all lint/complexity/noThisInStatic: statics are called on the subclass
import { DurableObject } from "cloudflare:workers";
import { binding } from "./binding.ts";
import type { Ask, Limits, Recall } from "./bounds/contract.ts";
import { PAGE_BYTES } from "./global/page-storage.ts";
import { GlobalRole } from "./global/role.ts";
import type { HistoryQuestion, TopQuestion } from "./history/contract.ts";
import { RouteSettings } from "./http/namespace.ts";
import type { IdempotencyKey, KnownSharding } from "./idempotency/contract.ts";
import { kvWriter } from "./kv/kv.ts";
import { kvReader } from "./kv/reader.ts";
import type { LiveObject, Push, Watch } from "./live/contract.ts";
import type { Log } from "./log.ts";
import { logFailed } from "./object/failed.ts";
import { objectHost } from "./object/host.ts";
import type { Amount, Batch, Counted, NameChoice, Part } from "./protocol.ts";
import {
	levelOf,
	type ReadableNamespace,
	type ReadOptions,
	readTotal,
	type Total,
} from "./read-level.ts";
import {
	type GlobalObject,
	globalObject,
	liveObject,
	type ShardObject,
	shardObject,
	type ViewersObject,
} from "./rpc.ts";
import {
	CounterSettings,
	checkPastName,
	type NameOf,
	objectLog,
	REQUIRED,
} from "./settings.ts";
import { ShardRole } from "./shard/role.ts";
import { GlobalStub } from "./stubs/global.ts";
import { type IncrementOptions, ShardStub } from "./stubs/shard.ts";

class Unconfigured<Env> extends DurableObject<Env> {}

/** Gives every setting to the class as a static, at its default if it has one. */
const Configured = Object.assign(
	Unconfigured,
	new CounterSettings(),
	new RouteSettings(),
);

/**
 * Holds a namespace of counters. Extend it, set the statics, export the subclass
 * and bind that; the class itself cannot be bound.
 *
 * Objects of the class play one of three roles, told apart by their name:
 * `shard0`, `shard1`, … take increments, `global` adds them up, and where `live`
 * is on, `live0`, `live1`, … hold those who watch. Reach the first two through {@link shardStub} and {@link globalStub}; these, and the objects among
 * themselves, call the instance methods.
 *
 * @example
 * export class Votes extends CounterDurableObject {
 * 	static override readonly doNamespace = "VOTES_DO";
 * 	static override readonly kvPrefix = "votes";
 * 	static override readonly shardCount = 2;
 * 	static override readonly shardMinRequestToGlobal = 100;
 * 	static override readonly shardWriteToGlobalAfter = 5_000;
 * 	static override readonly globalMinWritesToKV = 100;
 * 	static override readonly globalWriteToKVAfter = 5_000;
 * 	static override readonly writeLog = writeLog({ events: 1_000 });
 * }
 */
export abstract class CounterDurableObject<Env extends object = object>
	extends Configured<Env>
	implements ShardObject, GlobalObject, ViewersObject
{
	/**
	 * Addresses one shard; without a number, one picked at random.
	 *
	 * @param shardNumber from 0
	 * @throws CounterProblem (404) if there is no such shard
	 *
	 * @example
	 * await Metrics.shardStub(env).increment("signups");
	 */
	static shardStub(
		this: CounterSettings,
		env: object,
		shardNumber?: number,
	): ShardStub {
		return new ShardStub(this, env, shardNumber);
	}

	/**
	 * Counts on a shard picked at random: short for {@link shardStub} and its
	 * `increment`, which see.
	 *
	 * @example
	 * await Metrics.increment(env, "signups");
	 */
	static async increment<Self extends CounterSettings>(
		this: Self,
		env: object,
		counter: NameOf<Self>,
		by?: number,
		options?: IncrementOptions,
	): Promise<{ counter: string; by: number } & Counted> {
		return new ShardStub(this, env).increment(counter, by, options);
	}

	/**
	 * Reads one total, from KV unless `read` says otherwise.
	 *
	 * @throws CounterProblem (503) if KV, or for another level an object, does not
	 * answer
	 *
	 * @example
	 * const { value = 0 } = await Metrics.total(env, "signups", { read: "exact" });
	 */
	static async total<Self extends ReadableNamespace>(
		this: Self,
		env: object,
		counter: NameOf<Self>,
		{ read }: ReadOptions = {},
	): Promise<Total> {
		checkPastName(counter);
		return readTotal(this, env, levelOf(read), counter);
	}

	/** Addresses the global object. */
	static globalStub(this: CounterSettings, env: object): GlobalStub {
		return new GlobalStub(this, env);
	}

	/**
	 * Reads all totals as last published to KV: the cheap read. Behind the global
	 * object by the publishing thresholds and a second, for which an isolate may
	 * remember what it read, and elsewhere by KV's own delay.
	 *
	 * @throws CounterProblem (503) if KV does not answer
	 *
	 * @example
	 * const { signups = 0 } = await Metrics.kvCounters(env);
	 */
	static async kvCounters(
		this: CounterSettings,
		env: object,
	): Promise<Record<string, number>> {
		return kvReader(env, this).counters();
	}

	readonly #log: Log;
	readonly #name: string;
	readonly #role: ShardRole | GlobalRole | LiveObject;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		if (new.target === CounterDurableObject)
			throw new Error(
				"CounterDurableObject cannot be bound itself: extend it, set its statics, and bind the subclass",
			);
		const settings: CounterSettings = new.target;
		for (const name of REQUIRED)
			if (settings[name] === undefined)
				throw new Error(`${new.target.name} must set static ${name}`);
		const { name = "" } = ctx.id;
		this.#name = name;
		this.#log = objectLog(settings, name);
		try {
			this.#role = this.#play(settings, name);
		} catch (error) {
			logFailed(error, this.#log, "start");
			throw error;
		}
	}

	#play(
		settings: CounterSettings,
		name: string,
	): ShardRole | GlobalRole | LiveObject {
		const [, kind, index] = /^(shard|live)(\d+)$/.exec(name) ?? [];
		if (name !== "global" && index === undefined)
			throw new Error(
				`A counter object is named global, shard0, shard1, …; this is ${JSON.stringify(name)}. Use globalStub(env) and shardStub(env)`,
			);
		const { storage } = this.ctx;
		const global = () => globalObject(settings, this.env);
		const shardAt = (n: number) => shardObject(settings, this.env, n);
		const liveAt = (n: number) => liveObject(settings, this.env, n);
		const host = objectHost(storage, this.#log);
		if (kind === "live")
			return settings.live.play(Number(index), {
				...host,
				state: this.ctx,
				watch: (watch) => global().watch(watch),
			});
		if (index !== undefined)
			return new ShardRole(Number(index), settings, storage, {
				...host,
				commit: () => storage.sync(),
				apply: (batch) => global().apply(batch),
				register: (lists) => global().register(lists, Number(index)),
				lend: (ask) => global().lend(ask),
				claimAt: (shard, key, shardings) =>
					shardAt(shard).claim(key, Number(index), shardings),
			});
		return new GlobalRole(settings, storage, {
			...host,
			drain: (shard, ...what) => shardAt(shard).drain(...what),
			recall: (shard, recall) => shardAt(shard).recall(recall),
			holdings: (shard, ...which) => shardAt(shard).holdings(...which),
			health: (shard) => shardAt(shard).health(),
			meet: (live) => liveAt(live).meet(),
			push: (live, push) => liveAt(live).push(push),
			kv: kvWriter(() => binding<KVNamespace>(this.env, settings.kvNamespace)),
			pageBytes: PAGE_BYTES,
		});
	}

	get #shard(): ShardRole {
		if (this.#role instanceof ShardRole) return this.#role;
		throw new Error(`${this.#name} is not a shard`);
	}

	get #global(): GlobalRole {
		if (this.#role instanceof GlobalRole) return this.#role;
		throw new Error(`${this.#name} is not the global object`);
	}

	get #live(): LiveObject {
		if (this.#role instanceof ShardRole || this.#role instanceof GlobalRole)
			throw new Error(`${this.#name} holds no viewers`);
		return this.#role;
	}

	override async alarm(): Promise<void> {
		try {
			await this.#role.alarm();
		} catch (error) {
			logFailed(error, this.#log, "alarm");
			// The platform rings again.
			throw error;
		}
	}

	async increment(
		entries: readonly Amount[],
		key?: IdempotencyKey,
		stamp?: "none",
	) {
		return this.#shard.increment(entries, key, stamp);
	}

	async claim(key: string, by: number, shardings: readonly KnownSharding[]) {
		return this.#shard.claim(key, by, shardings);
	}

	async holdings(choice?: NameChoice, most?: number) {
		return this.#shard.holdings(choice, most);
	}

	async drain(forget?: string | true, turn?: number) {
		return this.#shard.drain(forget, turn);
	}

	async recall(recall: Recall) {
		return this.#shard.recall(recall);
	}

	async lend(ask: Ask) {
		return this.#global.bounds.lend(ask);
	}

	async limit(name: string) {
		return this.#global.bounds.limit(name);
	}

	async setLimit(name: string, limits: Limits) {
		return this.#global.bounds.setLimit(name, limits);
	}

	async dropLimit(name: string) {
		return this.#global.bounds.dropLimit(name);
	}

	async limits(part: Part) {
		return this.#global.bounds.limits(part);
	}

	async register(lists: readonly (readonly string[])[], shard: number) {
		return this.#global.register(lists, shard);
	}

	async exact(part: Part) {
		return this.#global.exact(part);
	}

	async history(question: HistoryQuestion, read?: "exact") {
		return this.#global.history(question, read);
	}

	async historyPart(part: Part, read?: "exact") {
		return this.#global.historyPart(part, read);
	}

	async historyTop(question: TopQuestion) {
		return this.#global.historyTop(question);
	}

	async apply(batch: Batch) {
		return this.#global.apply(batch);
	}

	async totals(part: Part) {
		return this.#global.totals(part);
	}

	async total(name: string) {
		return this.#global.total(name);
	}

	async reset(name?: string) {
		return this.#global.reset(name);
	}

	async publish() {
		return this.#global.publish();
	}

	async writes(limit?: number, as?: "json") {
		return as ? this.#global.writesJson(limit) : this.#global.writes(limit);
	}

	async shards(as?: "json") {
		return as ? this.#global.shardsJson() : this.#global.shards();
	}

	async health() {
		return this.#shard.health();
	}

	async metrics() {
		return this.#global.health.gather();
	}

	async refused(requests: Readonly<Record<string, number>>) {
		this.#global.health.refused(requests);
	}

	async watch(watch: Watch) {
		return this.#global.watch(watch);
	}

	async meet() {
		return this.#live.meet();
	}

	async push(push: Push) {
		return this.#live.push(push);
	}

	override async fetch(request: Request) {
		return this.#live.fetch(request);
	}

	override async webSocketClose(socket: WebSocket) {
		this.#live.closed(socket);
	}

	override async webSocketError(socket: WebSocket) {
		this.#live.closed(socket);
	}

	override async webSocketMessage(socket: WebSocket) {
		this.#live.messaged(socket);
	}
}
