import { randomBytes, randomUUID } from "node:crypto";
import {
	type ExportEntry,
	type ProvisionedClass,
	reconcile,
} from "./reconcile.ts";

/** An answer that Cloudflare's API wraps in its envelope. */
export type Answer =
	| { result: unknown }
	| { status: number; code: number; message: string; meta?: object };

export interface Binding {
	type: string;
	name: string;
	[field: string]: unknown;
}

/** The part `metadata` of an upload; the fields that tests look at. */
export interface Metadata {
	main_module: string;
	compatibility_date: string;
	bindings: Binding[];
	exports?: Record<string, ExportEntry>;
	migrations?: object;
	observability?: object;
	keep_bindings?: string[];
	[field: string]: unknown;
}

/** A Worker that exists. */
export interface Script {
	/** As uploaded last, with what was inherited filled in. */
	bindings: Binding[];
	/** By name; nothing but tests can read the values. */
	secrets: Map<string, string>;
	classes: ReadonlyMap<string, ProvisionedClass>;
	/** Ids of the versions, the deployed one last. */
	versions: string[];
	tags: string[];
	/** True if it answers on workers.dev. */
	reachable: boolean;
}

export interface KvNamespace {
	title: string;
	values: Record<string, string>;
}

const noSuchWorker = {
	status: 404,
	code: 10007,
	message: "This Worker does not exist on your account.",
};

/** One account: what it holds, and what each call does to it. */
export class Account {
	readonly id: string = randomBytes(16).toString("hex");
	readonly subdomain = "example";
	readonly scripts = new Map<string, Script>();
	/** KV namespaces by id. */
	readonly kv = new Map<string, KvNamespace>();
	/** Consumers of queues by the queue's name, which is its id, too. */
	readonly queues = new Map<string, object[]>();
	/** Every upload that arrived, refused or not. */
	readonly uploads: Metadata[] = [];

	/** Another account that holds the same. */
	copy(): Account {
		const account = new Account();
		const { scripts, kv, queues, uploads } = structuredClone(this);
		for (const [name, script] of scripts) account.scripts.set(name, script);
		for (const [id, namespace] of kv) account.kv.set(id, namespace);
		for (const [name, consumers] of queues) account.queues.set(name, consumers);
		account.uploads.push(...uploads);
		return account;
	}

	/** A Worker that something else deployed, with its classes. */
	seed(name: string, classes: Record<string, ProvisionedClass>): void {
		this.scripts.set(name, {
			...emptyScript(),
			classes: new Map(Object.entries(classes)),
			versions: [randomUUID()],
		});
	}

	service(name: string): Answer {
		const script = this.scripts.get(name);
		if (!script) return { ...noSuchWorker, code: 10090 };
		const { tags } = script;
		return {
			result: {
				default_environment: {
					environment: "production",
					script: { tag: name, tags, last_deployed_from: "wrangler" },
				},
			},
		};
	}

	/** Answers from a Worker, if it exists. */
	of(name: string, read: (script: Script) => unknown): Answer {
		const script = this.scripts.get(name);
		return script ? { result: read(script) } : noSuchWorker;
	}

	createKv(title: string): Answer {
		if ([...this.kv.values()].some((one) => one.title === title))
			return {
				status: 400,
				code: 10014,
				message: "a namespace with this account ID and title already exists",
			};
		const id = randomBytes(16).toString("hex");
		this.kv.set(id, { title, values: {} });
		return { result: { id, title } };
	}

	/** Takes an upload, all of it or nothing. */
	upload(name: string, metadata: Metadata, mainModule: string): Answer {
		this.uploads.push(metadata);
		const before = this.scripts.get(name) ?? emptyScript();
		const inherited = new Map(before.bindings.map((one) => [one.name, one]));
		for (const secret of before.secrets.keys())
			inherited.set(secret, { type: "secret_text", name: secret });

		const bindings: Binding[] = [];
		const secrets = new Map(before.secrets);
		for (const binding of metadata.bindings) {
			const taken =
				binding.type === "inherit" ? inherited.get(binding.name) : binding;
			if (!taken)
				return {
					status: 400,
					code: 10057,
					message: `inherit binding '${binding.name}' is invalid: there is no such binding to inherit`,
				};
			if (taken.type === "secret_text") {
				if ("text" in taken) secrets.set(taken.name, String(taken.text));
				continue;
			}
			bindings.push(taken);
		}
		const kv = bindings.find(
			({ type, namespace_id }) =>
				type === "kv_namespace" && !this.kv.has(String(namespace_id)),
		);
		if (kv)
			return {
				status: 400,
				code: 10041,
				message: `KV namespace '${String(kv.namespace_id)}' not found`,
			};

		const outcome = reconcile(
			metadata.exports ?? {},
			before.classes,
			exportedNames(mainModule),
		);
		if ("refused" in outcome)
			return {
				status: 400,
				code: 100402,
				message: "Durable Object exports reconciliation failed",
				meta: { details: outcome.refused },
			};
		const version = randomUUID();
		this.scripts.set(name, {
			...before,
			bindings,
			secrets,
			classes: outcome.classes,
			versions: [...before.versions, version],
		});
		return {
			result: {
				id: name,
				etag: version,
				deployment_id: version.replaceAll("-", ""),
				startup_time_ms: 5,
				exports_reconciliation: outcome.reconciliation,
			},
		};
	}
}

function emptyScript(): Script {
	return {
		bindings: [],
		secrets: new Map(),
		classes: new Map(),
		versions: [],
		tags: [],
		reachable: false,
	};
}

/** Lists what a bundle exports: it ends with one `export { … }`. */
function exportedNames(mainModule: string): Set<string> {
	const list = /export *\{([^}]*)\};?\s*(?:\/\/.*\s*)*$/.exec(mainModule)?.[1];
	return new Set(
		(list ?? "").split(",").map((one) => one.trim().split(" as ").at(-1) ?? ""),
	);
}
