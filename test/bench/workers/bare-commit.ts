import { DurableObject } from "cloudflare:workers";

interface Env {
	METRICS_DO: DurableObjectNamespace<Metrics>;
}

/** Objects that share the counting, as many as the shards of the generated Worker. */
const OBJECTS = 2;

/**
 * The ceiling of any durable count in a Durable Object: what arrives during a
 * commit is queued, put by the next one, and answered once `sync()` says that it
 * is on disk.
 */
export class Metrics extends DurableObject<Env> {
	#count: number;
	#waiting: (() => void)[] = [];
	#isCommitting = false;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env);
		this.#count = ctx.storage.kv.get<number>("count") ?? 0;
	}

	increment(): Promise<void> {
		return new Promise((resolve) => {
			this.#waiting.push(resolve);
			if (!this.#isCommitting) void this.#commit();
		});
	}

	async #commit(): Promise<void> {
		this.#isCommitting = true;
		while (this.#waiting.length > 0) {
			const committed = this.#waiting;
			this.#waiting = [];
			this.#count += committed.length;
			this.ctx.storage.kv.put("count", this.#count);
			await this.ctx.storage.sync();
			for (const resolve of committed) resolve();
		}
		this.#isCommitting = false;
	}

	total(): number {
		return this.#count;
	}
}

export default {
	async fetch({ method }: Request, { METRICS_DO }: Env): Promise<Response> {
		const objects = Array.from({ length: OBJECTS }, (_, n) => `shard${n}`);
		const object = (name: string) => METRICS_DO.getByName(name);
		if (method === "POST") {
			const shard = Math.floor(Math.random() * OBJECTS);
			await object(`shard${shard}`).increment();
			return Response.json({ shard });
		}
		const totals = await Promise.all(
			objects.map((name) => object(name).total()),
		);
		return Response.json({ total: totals.reduce((all, one) => all + one, 0) });
	},
};
