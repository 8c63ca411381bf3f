import * as z from "zod";
import {
	checkHistory,
	type History,
	history,
	historyKeys,
	sharedHistory,
} from "./history.ts";
import {
	environmentName,
	type Identity,
	identity,
	kvBinding,
	namespaceKey,
} from "./identity.ts";
import {
	dateWithin,
	duration,
	list,
	methods,
	names,
	origins,
	section,
	text,
	whole,
} from "./kinds.ts";
import { timeZone } from "./time-zone.ts";
import {
	checkTotal,
	sharedTotal,
	type Total,
	total,
	totalKeys,
} from "./total.ts";

/** Access to the routes of a namespace. */
export interface Access {
	increment: "public" | "token";
	/** Reads from KV; any other is for `admin`. */
	read: "public" | "token";
	/** "none" asks nobody for anything. */
	admin: "token" | "none";
}

/** Bound of the increments of one client address. */
export interface RateLimit {
	/** Requests in one period. */
	limit: number;
	/** Seconds. */
	period: 10 | 60;
}

const who = () => z.enum(["public", "token"], "must be public or token");

export const access: z.ZodType<Access> = section({
	increment: who()
		.default("public")
		.describe(
			"Callers who may count: everyone, or those who send COUNTER_TOKEN.",
		)
		.meta({ examples: ["token"] }),
	read: who()
		.default("public")
		.describe(
			"Callers who may read totals from KV: everyone, or those who send COUNTER_TOKEN.",
		)
		.meta({ examples: ["token"] }),
	admin: z
		.enum(["token", "none"], "must be token or none")
		.default("token")
		.describe(
			"Callers who may reset and look inside: those who send COUNTER_ADMIN_TOKEN or, with none, everyone, which is warned about.",
		)
		.meta({ examples: ["token"] }),
})
	.prefault({})
	.describe("Callers of the routes: everyone, or the holder of a token.");

const limit = whole(1, 1_000_000);
const periodError = "must be 10 or 60 (seconds)";

const parts = section({
	limit: limit
		.exactOptional()
		.describe("Requests in one period.")
		.meta({ examples: [100] }),
	period: z
		.literal([10, 60], periodError)
		.exactOptional()
		.describe("Seconds.")
		.meta({ examples: [60] }),
});

const about =
	"Increments that one client address may send, for each Cloudflare location; default: any number.";

/** In `defaults`, where one of the two may stand alone. */
export const sharedRateLimit: z.ZodType<RateLimit | undefined> = parts
	.transform((some) => some as RateLimit)
	.optional()
	.describe(about);

/** In a namespace, once `defaults` are merged in. */
export const rateLimit: z.ZodType<RateLimit | undefined> = parts
	.superRefine((some, context) => {
		for (const [key, message] of [
			["limit", limit.safeParse(undefined).error?.issues[0]?.message ?? ""],
			["period", periodError],
		] as const)
			if (some[key] === undefined)
				context.addIssue({ code: "custom", path: [key], message });
	})
	.transform((both) => both as RateLimit)
	.optional()
	.describe(about);

/** Objects that hold those who watch. */
export interface Live {
	objects: number;
}

/** Regions that objects can be made near. */
const LOCATIONS = [
	"wnam",
	"enam",
	"sam",
	"weur",
	"eeur",
	"apac",
	"oc",
	"afr",
	"me",
] as const;

/** Laws that objects can be kept under. */
const JURISDICTIONS = ["eu", "fedramp"] as const;

/** Values that namespaces can share, and so `defaults` may hold. */
export interface Settings {
	shardCount: number;
	shardMinRequestToGlobal: number;
	/** Milliseconds; 0 is never. */
	shardWriteToGlobalAfter: number;
	globalMinWritesToKV: number;
	/** Milliseconds; 0 is never. */
	globalWriteToKVAfter: number;
	/** A regular expression's source, or the names themselves. */
	names: string | string[];
	increment: { min: number; max: number };
	/** Distinct names that there is room for. */
	maxCounters: number;
	/** Always contains POST; GET comes first. */
	methods: ("GET" | "POST")[];
	/** With "ignore", a GET of a bot does not count. */
	bots: "count" | "ignore";
	access: Access;
	/** None: any number. */
	rateLimit: RateLimit | undefined;
	/** Milliseconds; 0 is off. */
	idempotencyWindow: number;
	/** Write events kept; 0 is none. */
	writeLog: number;
	/** False: nobody can watch. */
	live: Live | false;
	/** None: totals alone. */
	history: History | undefined;
	/** IANA name. */
	timeZone: string;
	/** Highest counters that are published; 0 is none. */
	top: number;
	/** None: whatever the increments come to. */
	total: Total | undefined;
	/** None: near to whoever asks first. */
	location: (typeof LOCATIONS)[number] | undefined;
	/** None: anywhere. */
	jurisdiction: (typeof JURISDICTIONS)[number] | undefined;
}

type SettingsShape = { [K in keyof Settings]: z.ZodType<Settings[K]> };

const DAY_MS = 86_400_000;
const MAX_KEY_WINDOW_MS = 14 * DAY_MS;

const [DEFAULT_MIN, DEFAULT_MAX] = [1, 1_000_000];
/** 2^53, past which numbers are not exact, is thousands of these away. */
const MAX_INCREMENT = 1e12;

const range = section({
	min: whole(-MAX_INCREMENT, MAX_INCREMENT)
		.default(DEFAULT_MIN)
		.describe("The smallest increment; a negative one allows decrements.")
		.meta({ examples: [-1] }),
	max: whole(-MAX_INCREMENT, MAX_INCREMENT)
		.default(DEFAULT_MAX)
		.describe("The largest increment.")
		.meta({ examples: [1, 100] }),
});

const viewers = {
	objects: whole(1, 64)
		.default(1)
		.describe("Objects that hold viewers, 10,000 each.")
		.meta({ examples: [4] }),
};

const shape = {
	shardCount: whole(1, 4096)
		.default(2)
		.describe(
			"Objects that take increments, each good for about 1,000 requests a second. May change at any time, up or down.",
		)
		.meta({ examples: [8] }),
	shardMinRequestToGlobal: whole(1, 1_000_000)
		.default(100)
		.describe(
			"A shard flushes to the global object once it holds this many requests.",
		)
		.meta({ examples: [1000] }),
	shardWriteToGlobalAfter: duration(10, DAY_MS, "never")
		.prefault("5s")
		.describe(
			"A shard flushes this long after its first unflushed request; 0 is never by time. A plain number is milliseconds.",
		)
		.meta({ examples: ["500ms", "30s", 0] }),
	globalMinWritesToKV: whole(1, 1_000_000)
		.default(100)
		.describe("The global object publishes to KV after this many shard writes.")
		.meta({ examples: [1000] }),
	globalWriteToKVAfter: duration(1_000, DAY_MS, "never")
		.prefault("5s")
		.describe(
			"The global object publishes this long after its first unpublished write; 0 is never by time. A plain number is milliseconds. KV takes one write a second for a key.",
		)
		.meta({ examples: ["1s", "1m", 0] }),
	names: names()
		.default("^[A-Za-z0-9_.:-]{1,128}$")
		.describe(
			"Counter names that are allowed: a regular expression, a list of names, or path for paths of URLs, such as /blog/hello.",
		)
		.meta({ examples: [["likes", "shares"], "^[a-z]{1,32}$", "path"] }),
	maxCounters: whole(1, 1_000_000)
		.default(10_000)
		.describe(
			"Distinct names; a new one past it is refused, a known one never.",
		)
		.meta({ examples: [100] }),
	increment: withDefaults(range),
	methods: methods()
		.prefault(["POST"])
		.describe(
			"HTTP methods that count. [GET, POST] lets plain links and image pixels count; what browsers fetch ahead of time does not.",
		)
		.meta({ examples: [["GET", "POST"]] }),
	bots: z
		.enum(["count", "ignore"], "must be count or ignore")
		.default("count")
		.describe(
			"Counts or ignores a GET of a bot: a crawler, a link preview, curl or an HTTP library, what has no User-Agent. The image proxies of Gmail, Yahoo and GitHub are none. A POST always counts.",
		)
		.meta({ examples: ["ignore"] }),
	access,
	rateLimit: sharedRateLimit,
	idempotencyWindow: duration(1, MAX_KEY_WINDOW_MS, "off")
		.prefault("1h")
		.describe(
			"Time in which an Idempotency-Key makes an increment safe to repeat; 0 is off. The longest, 14 days, is as long as a queue can keep a message.",
		)
		.meta({ examples: ["24h", 0] }),
	writeLog: whole(0, 100_000)
		.default(1_000)
		.describe("Write events kept for /global/writes; 0 is none.")
		.meta({ examples: [100, 0] }),
	live: z
		.union(
			[z.boolean(), section(viewers)],
			"must be true, false, or { objects: … }",
		)
		.transform((value) => (value === true ? { objects: 1 } : value))
		.default(false)
		.describe(
			"Whether /live pushes totals over WebSockets as they change. true is one object, which holds 10,000 viewers; { objects: 4 } is four.",
		)
		.meta({ examples: [true, { objects: 4 }] }),
	history: sharedHistory,
	timeZone: timeZone()
		.default("UTC")
		.describe(
			"Time zone in which hours, days and months of `history` and `total` begin: an IANA name. Once changed, it holds for what is counted from then on.",
		)
		.meta({ examples: ["Europe/Berlin"] }),
	top: whole(0, 1_000)
		.default(0)
		.describe(
			"Counters with the highest totals that are published to KV, for /top; 0 is none.",
		)
		.meta({ examples: [10, 100] }),
	total: sharedTotal,
	location: z
		.enum(LOCATIONS, `must be one of ${LOCATIONS.join(", ")}`)
		.optional()
		.describe(
			"Region that objects are made near, each when it is first asked; default: near to whoever asks. Objects that exist stay where they are.",
		)
		.meta({ examples: ["weur"] }),
	jurisdiction: z
		.enum(JURISDICTIONS, "must be eu or fedramp")
		.optional()
		.describe(
			"Jurisdiction that objects run and keep their counts in; default: none. Not that of KV, to which names and totals are published. It can never change.",
		)
		.meta({ examples: ["eu"] }),
};

/** The keys of `defaults`: each alone must be right. */
export const shared: SettingsShape = shape;

/** The same keys in a namespace: they must also fit together. */
export const settings: SettingsShape = {
	...shape,
	rateLimit,
	history,
	total,
	increment: withDefaults(
		range
			.refine(({ min, max }) => min <= max, {
				error: `must have a \`min\` (${DEFAULT_MIN} if not written) that is not above its \`max\` (${DEFAULT_MAX} if not written)`,
			})
			.refine(
				({ min, max }) => min !== 0 || max !== 0,
				"must allow more than an increment of 0",
			),
	),
};

function withDefaults<T>(increment: z.ZodType<T>): z.ZodType<T> {
	return increment
		.prefault({})
		.describe("Bounds of what one increment may add: whole numbers.")
		.meta({ examples: [{ min: -1, max: 1 }] });
}

// A parser that is compiled first pays off only where it runs more than once.
z.config({ jitless: true });

/** One kind of counters: a class of Durable Objects with its own routes. */
export interface Namespace extends Identity, Settings {
	key: string;
	/** The key that it had before. */
	renamedFrom?: string;
	/** Name of the queue whose messages it counts. */
	queue?: string;
}

/** A valid `counters.yaml` with every default filled in. */
export interface Config {
	worker: {
		name: string;
		compatibilityDate: string;
		observability: boolean;
		/** The least level that is written. */
		logLevel: (typeof logLevels)[number];
		/** Origins, or only `*`. */
		cors: string[];
		/** Path of the user's own entry, from the file's folder. */
		main?: string;
		/** "copied" renders the runtime's source too. */
		runtime: "package" | "copied";
		/** Tells that the Worker has a page at `/-/`. */
		dashboard: boolean;
		/** Tells that the Worker answers its OpenAPI document. */
		openapi: boolean;
	};
	kv: { binding: string; id?: string };
	/** Keys for wrangler.toml, checked by wrangler's schema. */
	wrangler: Record<string, unknown>;
	/** In the order of the file. */
	namespaces: Namespace[];
	/** Keys of namespaces that may be deleted with their counts. */
	removed: string[];
}

/** A valid file before names are derived from the namespaces' keys. */
export interface FileValue extends Omit<Config, "namespaces"> {
	namespaces: Record<
		string,
		Settings & Partial<Identity> & Pick<Namespace, "renamedFrom" | "queue">
	>;
}

/** Levels of the Worker's log, the least first. */
const logLevels = ["debug", "info", "warn", "error"] as const;

/** Since then, objects are called by RPC. */
const earliestCompatibilityDate = "2024-04-03";

/** No workerd in use knows a later one. */
const latestCompatibilityDate = "2026-10-23";

/** Name of a Worker. */
export const workerName: z.ZodString = text(
	/^[a-z][a-z0-9-]{0,62}$/,
	"1 to 63 lower-case letters, digits or dashes, starting with a letter",
);

const worker = {
	name: workerName
		.default("counters")
		.describe(
			"Name of the Worker; it also names the KV namespace that the first deploy provisions.",
		)
		.meta({ examples: ["page-views"] }),
	compatibilityDate: dateWithin(
		earliestCompatibilityDate,
		latestCompatibilityDate,
	)
		.default("2026-10-20")
		.describe(
			`The runtime behaviour to build on: a date, YYYY-MM-DD, from ${earliestCompatibilityDate} to ${latestCompatibilityDate}.`,
		)
		.meta({ examples: [latestCompatibilityDate] }),
	observability: z
		.boolean("must be true or false")
		.default(true)
		.describe("Keeps the Worker's logs at Cloudflare.")
		.meta({ examples: [false] }),
	logLevel: z
		.enum(logLevels, "must be debug, info, warn or error")
		.default("info")
		.describe(
			"The least level of what the Worker logs. Only debug names counters, and writes a line for each commit.",
		)
		.meta({ examples: ["warn"] }),
	cors: origins()
		.prefault([])
		.describe(
			'Origins whose pages may call the Worker, such as https://example.com, or https://*.example.com for any one label; "*" lets all of them.',
		)
		.meta({
			examples: [["https://example.com", "https://*.example.com"], "*"],
		}),
	main: text(
		/^(?!\/)[^\0\\]+\.(?:[cm]?[jt]s|[jt]sx)$/,
		"the path of a module, relative to this file, such as src/index.ts",
	)
		.exactOptional()
		.describe(
			"Your own entry of the Worker, relative to this file: it exports the generated classes, and may mount the routes. Default: the generated one.",
		)
		.meta({ examples: ["src/index.ts"] }),
	runtime: z
		.enum(["package", "copied"], "must be package or copied")
		.default("package")
		.describe(
			"Source of the counters' code that generated code imports: the package counter-gen, or a copy in the output folder.",
		)
		.meta({ examples: ["copied"] }),
	dashboard: z
		.boolean("must be true or false")
		.default(true)
		.describe(
			"Whether the Worker has a page at /-/ that shows the counters to who has the admin token.",
		)
		.meta({ examples: [false] }),
	openapi: z
		.boolean("must be true or false")
		.default(false)
		.describe(
			"Whether the Worker answers /-/openapi.json: its routes, as OpenAPI 3.1. generated/openapi.json has the same in any case.",
		)
		.meta({ examples: [true] }),
};

const kv = {
	binding: kvBinding,
	id: text(/^[A-Za-z0-9_-]{1,64}$/, "the id of a KV namespace")
		.exactOptional()
		.describe(
			"Id of an existing KV namespace. Without it one is provisioned on the first deploy.",
		)
		.meta({ examples: ["0123456789abcdef0123456789abcdef"] }),
};

const namespace = {
	...identity,
	...settings,
	queue: text(
		/^[a-z0-9](?:[a-z0-9-]{0,56}[a-z0-9])?$/,
		"the name of a queue: 1 to 58 lower-case letters, digits or dashes",
	)
		.exactOptional()
		.describe(
			"Queue of Cloudflare whose messages this namespace counts, each once by its id; what is never counted ends in the queue of that name with -dead.",
		)
		.meta({ examples: ["clicks"] }),
	renamedFrom: namespaceKey
		.exactOptional()
		.describe("The earlier key of this namespace: its counts come along.")
		.meta({ examples: ["votes"] }),
};

/** Any keys: those that there are depend on the wrangler of the project. */
const wrangler = z
	.preprocess(
		(value) => value ?? {},
		z.record(z.string(), z.unknown(), "must be a map of wrangler's keys"),
	)
	.prefault({})
	.describe(
		"Goes into wrangler.toml: routes, vars, services, d1_databases, triggers, placement and whatever else wrangler has and counter-gen does not write itself.",
	)
	.meta({
		examples: [
			{ routes: [{ pattern: "count.example.com", custom_domain: true }] },
		],
	});

/** Keys that an environment may override: each alone must be right. */
const environment = {
	worker: section(worker).optional(),
	kv: section(kv).optional(),
	wrangler: wrangler.optional(),
	defaults: section(shared).optional(),
	namespaces: z
		.record(
			namespaceKey,
			section({ ...namespace, ...shared }),
			"must be a map of namespaces",
		)
		.optional(),
};

const file = {
	version: z
		.literal(1, "must be 1")
		.describe("Version of this format. Required.")
		.meta({ examples: [1] }),
	worker: section(worker).prefault({}).describe("The Cloudflare Worker."),
	kv: section(kv)
		.prefault({})
		.describe("The KV namespace that reads come from."),
	wrangler,
	defaults: section(shared)
		.prefault({})
		.describe("Merged under every namespace, key by key."),
	namespaces: z
		.record(
			namespaceKey,
			section(namespace).superRefine(checkHistory).superRefine(checkTotal),
			"must be a map of namespaces",
		)
		.refine(
			(all) => Object.keys(all).length > 0,
			"must hold at least one namespace",
		)
		.describe("The counters, by namespace. At least one.")
		.meta({ examples: [{ visits: { mount: "/" } }] }),
	removed: list(namespaceKey, "[votes]")
		.default([])
		.describe(
			"Keys of former namespaces whose counts the next deploy may delete for good.",
		)
		.meta({ examples: [["votes"]] }),
	environments: z
		.record(
			environmentName,
			section(environment),
			"must be a map of environments",
		)
		.exactOptional()
		.describe(
			"Overrides by environment, such as staging: a Worker of its own each, merged over the rest of the file key by key.",
		)
		.meta({
			examples: [{ staging: { defaults: { shardCount: 1 } } }],
		}),
};

/** A whole file, once `defaults` are merged into its namespaces. */
export const fileSchema: z.ZodType<FileValue> = z.strictObject(file);

/** The keys, by the kind of map they stand in. */
export const knownKeys: Readonly<Record<Level, readonly string[]>> = {
	file: Object.keys(file),
	worker: Object.keys(worker),
	kv: Object.keys(kv),
	defaults: Object.keys(shared),
	namespace: Object.keys(namespace),
	increment: ["min", "max"],
	access: ["increment", "read", "admin"],
	rateLimit: ["limit", "period"],
	live: Object.keys(viewers),
	history: historyKeys,
	total: totalKeys,
	environment: Object.keys(environment),
};

/** The kinds of maps in a file. */
export type Level =
	| "file"
	| "worker"
	| "kv"
	| "defaults"
	| "namespace"
	| "increment"
	| "access"
	| "rateLimit"
	| "live"
	| "history"
	| "total"
	| "environment";
