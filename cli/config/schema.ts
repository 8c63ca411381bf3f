import * as z from "zod";
import {
	environmentName,
	type Identity,
	identity,
	kvBinding,
	namespaceKey,
} from "./identity.ts";
import { dateWithin, origins } from "./kinds.ts";
import { type Settings, settings, shared } from "./settings.ts";
import { list, section, text } from "./values.ts";

export { reservedClassNames } from "./reserved.ts";

// A parser that is compiled first pays off only where it runs more than once.
z.config({ jitless: true });

/** One kind of counters: a class of Durable Objects with its own routes. */
export interface Namespace extends Identity, Settings {
	key: string;
	/** The key that it had before. */
	renamedFrom?: string;
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
	};
	kv: { binding: string; id?: string };
	/** In the order of the file. */
	namespaces: Namespace[];
	/** Keys of namespaces that may be deleted with their counts. */
	removed: string[];
}

/** A valid file before names are derived from the namespaces' keys. */
export interface FileValue extends Omit<Config, "namespaces"> {
	namespaces: Record<
		string,
		Settings & Partial<Identity> & Pick<Namespace, "renamedFrom">
	>;
}

/** How much a line of the Worker's log matters, the least first. */
const logLevels = ["debug", "info", "warn", "error"] as const;

/** Since then, objects are called by RPC. */
const earliestCompatibilityDate = "2024-04-03";

/** No workerd in use knows a later one. */
const latestCompatibilityDate = "2026-10-23";

/** What a Worker may be called. */
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
		.describe("Whether Cloudflare keeps the Worker's logs.")
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
			'Origins whose pages may call the Worker, such as https://example.com; "*" lets all of them.',
		)
		.meta({ examples: [["https://example.com"], "*"] }),
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
	renamedFrom: namespaceKey
		.exactOptional()
		.describe("The earlier key of this namespace: its counts come along.")
		.meta({ examples: ["votes"] }),
};

/** What an environment may override: each alone must be right. */
const environment = {
	worker: section(worker).optional(),
	kv: section(kv).optional(),
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
	defaults: section(shared)
		.prefault({})
		.describe("Merged under every namespace, key by key."),
	namespaces: z
		.record(namespaceKey, section(namespace), "must be a map of namespaces")
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
	| "environment";
