import type { DurableObject } from "cloudflare:workers";

/** Faults of the moment; without a member, that works. */
interface Faults {
	/** The global object throws when a shard flushes, or whatever it is asked. */
	global?: "flushes" | "everything";
	/** Binding of the namespace whose first shard's disk does not answer. */
	stalled?: string;
	/** KV answers 500, or not at all: see kv-gate.ts. */
	kv?: "fails" | "hangs";
}

/** The Worker and all its objects share an isolate, and so this. */
let faults: Faults = {};

/** Commits that the disk does not answer now. */
let stalled = 0;

type ObjectClass = (new (
	ctx: DurableObjectState,
	env: never,
) => DurableObject<never>) & { doNamespace?: string };
type Method = (this: DurableObject<never>, ...args: unknown[]) => unknown;

/** A generated class as a user could extend it, that fails when told to. */
export function faultyObject(base: ObjectClass): ObjectClass {
	class Faulty extends base {
		constructor(ctx: DurableObjectState, env: never) {
			if (ctx.id.name === "shard0") stall(ctx.storage, base.doNamespace);
			super(ctx, env);
		}
	}
	const own = Object.getPrototypeOf(base.prototype);
	for (const name of Object.getOwnPropertyNames(own)) {
		const { value } = Object.getOwnPropertyDescriptor(own, name) ?? {};
		if (name === "constructor" || typeof value !== "function") continue;
		const method: Method = value;
		const faulty: Method = function (...args) {
			const { name: object } = (this as unknown as WithContext).ctx.id;
			const fails =
				faults.global === "everything" ||
				(faults.global === "flushes" && name === "apply");
			if (object === "global" && fails)
				throw new Error(`the global object fails to ${name}`);
			return method.apply(this, args);
		};
		Object.defineProperty(Faulty.prototype, name, { value: faulty });
	}
	return Faulty;
}

interface WithContext {
	ctx: DurableObjectState;
}

/** Has nothing become durable as long as the disk is stalled. */
function stall(storage: DurableObjectStorage, binding?: string): void {
	const sync = storage.sync.bind(storage);
	Object.defineProperty(storage, "sync", {
		value: async () => {
			stalled++;
			while (faults.stalled === binding) await scheduler.wait(20);
			stalled--;
			await sync();
		},
	});
}

type Handler = Required<Pick<ExportedHandler<{ KV: KVNamespace }>, "fetch">>;

/** Of the generated class, what a flood takes. */
interface Counter {
	shardStub(
		env: object,
		shard: number,
	): { increments(counters: Record<string, number>): Promise<unknown> };
}

/**
 * The generated Worker, and two routes: `/-/faults` takes what is to fail, or
 * tells what is held up, and `/-/flood` increments at the first shard, any number
 * of times at once. A connection for each would need more files than a process
 * may open.
 */
export function faultyWorker({ fetch }: Handler, counter: Counter): Handler {
	return {
		async fetch(request, env, ctx) {
			const { pathname } = new URL(request.url);
			if (pathname === "/-/faults") {
				if (request.method === "GET") return Response.json({ stalled });
				faults = await request.json<Faults>();
				await env.KV.put("fault", faults.kv ?? "");
				return Response.json({});
			}
			if (pathname !== "/-/flood") return fetch(request, env, ctx);
			const { times, counters } = await request.json<{
				times: number;
				counters: Record<string, number>;
			}>();
			const shard = counter.shardStub(env, 0);
			const outcomes = await Promise.all(
				Array.from({ length: times }, () =>
					shard.increments(counters).then(
						() => "counted",
						(error) => error.problem?.code ?? String(error),
					),
				),
			);
			const sums: Record<string, number> = {};
			for (const one of outcomes) sums[one] = (sums[one] ?? 0) + 1;
			return Response.json(sums);
		},
	};
}
