import { rateLimitBinding } from "../config/identity.ts";
import type { Namespace } from "../config/schema.ts";

/** Code that a class is composed with where its YAML asks for it. */
export interface Feature {
	/** The key that asks for it. */
	key: keyof Namespace;
	/** Module of the runtime that exports the factory. */
	module: string;
	/** Function that makes the static's value. */
	factory: string;
	/** Name of its static. */
	name: string;
	/** Makes the argument of the factory. */
	options: (namespace: Namespace) => object;
}

const FEATURES: readonly Feature[] = [
	{
		key: "history",
		module: "history/feature",
		factory: "history",
		name: "history",
		options: ({ history, timeZone }) => ({ ...history, timeZone }),
	},
	{
		key: "idempotencyWindow",
		module: "idempotency/feature",
		factory: "idempotencyKeys",
		name: "idempotency",
		options: ({ idempotencyWindow }) => ({ windowMs: idempotencyWindow }),
	},
	{
		key: "rateLimit",
		module: "rate-limit/feature",
		factory: "rateLimiter",
		name: "rateLimit",
		options: ({ binding, rateLimit }) => ({
			binding: rateLimitBinding(binding),
			limit: rateLimit?.limit,
			period: rateLimit?.period,
		}),
	},
	{
		key: "live",
		module: "live/feature",
		factory: "liveUpdates",
		name: "live",
		options: ({ live }) => live || {},
	},
	{
		key: "top",
		module: "top/feature",
		factory: "topCounters",
		name: "top",
		options: ({ top }) => ({ counters: top }),
	},
	{
		key: "writeLog",
		module: "write-log/feature",
		factory: "writeLog",
		name: "writeLog",
		options: ({ writeLog }) => ({ events: writeLog }),
	},
];

/** Lists the features that at least one of the namespaces has: the others' code is not imported. */
export function featuresOf(namespaces: readonly Namespace[]): Feature[] {
	return FEATURES.filter(({ key }) => namespaces.some((one) => one[key]));
}

/** Finds the feature that a key asks for. */
export function featureOf(key: keyof Namespace): Feature | undefined {
	return FEATURES.find((one) => one.key === key);
}
