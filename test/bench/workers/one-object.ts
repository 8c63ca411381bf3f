import { DurableObject } from "cloudflare:workers";

interface Env {
	METRICS_DO: DurableObjectNamespace<Metrics>;
}

/**
 * Cloudflare's documented counter: one object reads and writes its storage on
 * every increment.
 * https://developers.cloudflare.com/durable-objects/examples/build-a-counter/
 */
export class Metrics extends DurableObject<Env> {
	async increment(name: string): Promise<number> {
		const value = ((await this.ctx.storage.get<number>(name)) ?? 0) + 1;
		await this.ctx.storage.put(name, value);
		return value;
	}

	async total(): Promise<number> {
		const all = await this.ctx.storage.list<number>();
		return [...all.values()].reduce((sum, value) => sum + value, 0);
	}
}

export default {
	async fetch(request: Request, env: Env): Promise<Response> {
		const [, route, name = ""] = new URL(request.url).pathname.split("/");
		const object = env.METRICS_DO.getByName("counter");
		if (route === "increment")
			return Response.json({ value: await object.increment(name) });
		return Response.json({ total: await object.total() });
	},
};
