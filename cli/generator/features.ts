import { rateLimitBinding } from "../config/identity.ts";
import type { Namespace } from "../config/schema.ts";

/** Code that a class is composed with where its YAML asks for it. */
export interface Feature {
	/** The key that asks for it. */
	key: keyof Namespace;
	/** Tells whether a namespace that has the key asks for this one; by default it does. */
	isFor?: (namespace: Namespace) => boolean;
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
		key: "total",
		isFor: ({ total }) => total?.per === undefined,
		module: "bounds/feature",
		factory: "totalBounds",
		name: "totalBounds",
		options: ({ total }) => ({ ...total }),
	},
	{
		// Apart from the others: it brings a calendar.
		key: "total",
		isFor: ({ total }) => total?.per !== undefined,
		module: "bounds/period-feature",
		factory: "periodBounds",
		name: "totalBounds",
		options: ({ total, timeZone }) => ({ ...total, timeZone }),
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
	return FEATURES.filter((feature) =>
		namespaces.some((one) => asksFor(one, feature)),
	);
}

/** Tells whether a key asks for a feature, and finds it if it is on. */
export function featureOf(
	key: keyof Namespace,
	namespace: Namespace,
): { isFeature: boolean; feature: Feature | undefined } {
	const all = FEATURES.filter((one) => one.key === key);
	return {
		isFeature: all.length > 0,
		feature: all.find((one) => asksFor(namespace, one)),
	};
}

function asksFor(
	namespace: Namespace,
	{ key, isFor = () => true }: Feature,
): boolean {
	return Boolean(namespace[key]) && isFor(namespace);
}
