import type { DurableObject } from "cloudflare:workers";

/** Milliseconds that a replicated store may take more than this disk. */
const MORE_MS = 10;

type ObjectClass = new (
	ctx: DurableObjectState,
	env: never,
) => DurableObject<never>;

/** A Durable Object class whose objects wait longer until something is durable. */
export function wrapObject(base: ObjectClass): ObjectClass {
	return class extends base {
		constructor(ctx: DurableObjectState, env: never) {
			const { storage } = ctx;
			const sync = storage.sync.bind(storage);
			storage.sync = async () => {
				await sync();
				await scheduler.wait(MORE_MS);
			};
			super(ctx, env);
		}
	};
}

/** Leaves the Worker as it is. */
export function wrapWorker<Handler>(handler: Handler): Handler {
	return handler;
}
