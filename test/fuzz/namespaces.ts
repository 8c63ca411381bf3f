/** A namespace under test: what of `counters.yaml` decides about requests. */
export interface Namespace {
	readonly key: string;
	/** In front of its routes; empty for the one at the root. */
	readonly mount: string;
	readonly names: RegExp | readonly string[];
	readonly min: number;
	readonly max: number;
	readonly maxCounters: number;
	readonly methods: readonly ("GET" | "POST")[];
	readonly increment: "public" | "token";
	readonly read: "public" | "token";
	readonly admin: "token" | "none";
	/** True if it takes idempotency keys. */
	readonly keys: boolean;
	/** Increments in 10 seconds, for all clients. */
	readonly limit?: number;
	/** Names that most valid requests use; all are allowed. */
	readonly pool: readonly string[];
	/** Has so many counters that it is compared now and then only. */
	readonly huge?: boolean;
}

const common = {
	min: 1,
	max: 1_000_000,
	maxCounters: 10_000,
	methods: ["POST"],
	increment: "public",
	read: "public",
	admin: "token",
	keys: true,
	names: /^[A-Za-z0-9_.:-]{1,128}$/u,
	pool: ["a", "b", "x.y:z-1", "__proto__", "constructor", "toString", "7"],
} as const;

export const NAMESPACES: readonly Namespace[] = [
	{ ...common, key: "metrics", mount: "", methods: ["GET", "POST"] },
	{
		...common,
		key: "listed",
		mount: "/listed",
		names: ["agree", "disagree", "__proto__", "constructor", "hasOwnProperty"],
		min: -3,
		max: 3,
		pool: ["agree", "disagree", "__proto__", "constructor"],
	},
	{
		...common,
		key: "few",
		mount: "/few",
		names: /^\p{Ll}{1,3}$/u,
		maxCounters: 8,
		min: -10,
		max: 10,
		pool: [..."abcdefghijkéß"],
	},
	{
		...common,
		key: "closed",
		mount: "/closed/area",
		increment: "token",
		read: "token",
		keys: false,
	},
	{
		...common,
		key: "wide",
		mount: "/wide",
		methods: ["GET", "POST"],
		names: /^[\s\S]{1,300}$/u,
		maxCounters: 400,
		min: -1_000_000_000_000,
		max: 1_000_000_000_000,
		pool: [
			"é",
			"日本",
			"😀",
			"a b",
			"a/b",
			"%41",
			'"\\',
			"\ufffd",
			"0",
			"💯".repeat(100),
		],
	},
	{ ...common, key: "open", mount: "/open", admin: "none" },
	{ ...common, key: "limited", mount: "/limited", limit: 40 },
	{
		...common,
		key: "bulk",
		mount: "/bulk",
		names: /^[a-z0-9_]{1,300}$/u,
		maxCounters: 30_000,
		pool: ["a".repeat(256), "b"],
		huge: true,
	},
];

/** Their `counters.yaml`. */
export function configOf(namespaces: readonly Namespace[]): string {
	const yaml = namespaces.map(
		(one) => `  ${one.key}:
    mount: ${one.mount || "/"}
    names: ${JSON.stringify(one.names instanceof RegExp ? one.names.source : one.names)}
    increment: { min: ${one.min}, max: ${one.max} }
    maxCounters: ${one.maxCounters}
    methods: [${one.methods}]
    access: { increment: ${one.increment}, read: ${one.read}, admin: ${one.admin} }
    idempotencyWindow: ${one.keys ? "24h" : 0}
${one.limit ? `    rateLimit: { limit: ${one.limit}, period: 10 }\n` : ""}`,
	);
	return `version: 1
worker:
  name: fuzz
  cors: ["https://example.com"]
defaults:
  shardWriteToGlobalAfter: 100ms
  globalWriteToKVAfter: 1s
namespaces:
${yaml.join("")}`;
}

/** Tells whether a namespace takes a name, by its documentation. */
export function allows({ names }: Namespace, name: string): boolean {
	if (!isName(name)) return false;
	return names instanceof RegExp ? names.test(name) : names.includes(name);
}

/** Tells whether a counter may have that name where `names` allows anything. */
export function isName(name: string): boolean {
	return (
		!["", ".", ".."].includes(name) && name.length <= 256 && name.isWellFormed()
	);
}
