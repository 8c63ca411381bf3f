import { DurableObject } from "cloudflare:workers";

interface Env {
	METRICS_DO: DurableObjectNamespace<Metrics>;
	KV: KVNamespace;
}

type Counters = Record<string, number>;

/** The thresholds that both designs have by default; times in milliseconds. */
const SHARDS = 2;
const REQUESTS_TO_GLOBAL = 100;
const TO_GLOBAL_AFTER_MS = 5000;
const WRITES_TO_KV = 100;
const TO_KV_AFTER_MS = 5000;

/**
 * The design that counter-gen started from. A shard keeps a map in memory and
 * puts the whole of it on every increment; after enough requests, or some time
 * without any, it posts the map to the global object, which puts its own whole
 * map, and that into KV in the same way. The timers are in memory.
 */
export class Metrics extends DurableObject<Env> {
	#counters: Counters = {};
	/** Requests or writes since the map was last passed on. */
	#arrived = 0;
	#timer: number | null = null;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		void ctx.blockConcurrencyWhile(async () => {
			this.#counters = (await ctx.storage.get<Counters>("counters")) ?? {};
		});
	}

	override async fetch(request: Request): Promise<Response> {
		const [, route, name = ""] = new URL(request.url).pathname.split("/");
		if (route === "increment") await this.#increment(name);
		if (route === "write") await this.#add(await request.json());
		return Response.json(this.#counters);
	}

	async #increment(name: string): Promise<void> {
		this.#counters[name] = (this.#counters[name] ?? 0) + 1;
		await this.ctx.storage.put("counters", this.#counters);
		await this.#pass(REQUESTS_TO_GLOBAL, TO_GLOBAL_AFTER_MS, () =>
			this.#post(),
		);
	}

	async #add(counters: Counters): Promise<void> {
		for (const [name, by] of Object.entries(counters))
			this.#counters[name] = (this.#counters[name] ?? 0) + by;
		await this.ctx.storage.put("counters", this.#counters);
		await this.#pass(WRITES_TO_KV, TO_KV_AFTER_MS, () => this.#publish());
	}

	/** Passes the map on now if enough has arrived; else starts the timer anew. */
	async #pass(
		enough: number,
		after: number,
		on: () => Promise<void>,
	): Promise<void> {
		clearTimeout(this.#timer);
		if (++this.#arrived < enough) {
			this.#timer = setTimeout(on, after);
			return;
		}
		await on();
	}

	async #post(): Promise<void> {
		const body = JSON.stringify(this.#counters);
		this.#counters = {};
		this.#arrived = 0;
		const global = this.env.METRICS_DO.getByName("global");
		await global.fetch("http://object/write", { method: "POST", body });
		await this.ctx.storage.put("counters", this.#counters);
	}

	async #publish(): Promise<void> {
		this.#arrived = 0;
		const value = JSON.stringify(this.#counters);
		await this.env.KV.put("metrics~counters", value);
	}
}

export default {
	async fetch(request: Request, { METRICS_DO }: Env): Promise<Response> {
		const { pathname } = new URL(request.url);
		if (pathname.startsWith("/increment/")) {
			const shard = Math.floor(Math.random() * SHARDS);
			return METRICS_DO.getByName(`shard${shard}`).fetch(request);
		}
		const names = [
			"global",
			...Array.from({ length: SHARDS }, (_, n) => `shard${n}`),
		];
		const maps = await Promise.all(
			names.map(async (name): Promise<Counters> => {
				const object = METRICS_DO.getByName(name);
				return (await object.fetch("http://object/counters")).json();
			}),
		);
		const total = maps
			.flatMap((map) => Object.values(map))
			.reduce((sum, value) => sum + value, 0);
		return Response.json({ total });
	},
};
