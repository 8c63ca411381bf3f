import type { Namespace } from "../config/schema.ts";

/** Code that a class is composed with where its YAML asks for it. */
export interface Feature {
	/** The key that asks for it. */
	key: keyof Namespace;
	/** What its room exports: makes the value of the static. */
	factory: string;
	/** Folder in the runtime. */
	room: string;
}

/** In the order of their rooms: so generated code imports them. */
const FEATURES: readonly Feature[] = [
	{
		key: "idempotencyWindow",
		factory: "idempotencyKeys",
		room: "idempotency",
	},
	{ key: "rateLimit", factory: "rateLimiter", room: "rate-limit" },
	{ key: "writeLog", factory: "writeLog", room: "write-log" },
];

/** The features that at least one of the namespaces has: the others' code is not imported. */
export function featuresOf(namespaces: readonly Namespace[]): Feature[] {
	return FEATURES.filter(({ key }) => namespaces.some((one) => one[key]));
}
