import { basename, posix } from "node:path";
import type { Config, Namespace } from "../config/schema.ts";
import {
	ADMIN_SECRET,
	requiredSecrets,
	type SecretName,
	TOKEN_SECRET,
} from "../config/secrets.ts";
import { type Tombstone, tombstonesOf } from "../lifecycle/exports.ts";
import type { WorkerState } from "../lifecycle/workers.ts";
import { type Route, routesOf } from "../openapi/routes.ts";
import { botsOf } from "./bots.ts";
import { featuresOf } from "./features.ts";
import { openApiFile, sourceFolder } from "./paths.ts";
import { type Limiter, limitersOf } from "./rate-limits.ts";
import { byName, header } from "./rendered.ts";
import { sampleName } from "./sample.ts";
import { type Static, staticsOf } from "./statics.ts";
import { braced } from "./typescript.ts";

/** A namespace as the templates need it. */
export interface NamespaceModel extends Omit<Namespace, "rateLimit"> {
	rateLimit: Limiter | undefined;
	statics: readonly Static[];
	/** A counter's name that it accepts. */
	sample: string;
	routes: readonly RouteModel[];
}

/** A line of a table of routes. */
export interface RouteModel extends Pick<Route, "path" | "access" | "answer"> {
	/** Its methods, by comma. */
	method: string;
}

/** A Worker of the project: the top level, or an environment. */
export interface WorkerModel {
	environment: string | undefined;
	/** Folder of its source, "/" separated. */
	dir: string;
	/** Path of its entry file from the output folder. */
	main: string;
	/** Path of its OpenAPI document from there. */
	openApi: string;
	worker: Config["worker"];
	kv: { binding: string; id: string | undefined };
	/** Keys for wrangler.toml that the user wrote. */
	wrangler: Config["wrangler"];
	/** The secrets that a route asks for. */
	secrets: readonly { name: SecretName; opens: string }[];
	/** Their names. */
	secretNames: readonly SecretName[];
	/** Matches the user agents of bots; only where a namespace ignores these. */
	bots: RegExp | undefined;
	/** Statements that import and export. */
	modules: {
		/** Imports what the Worker is made by. */
		worker: string;
		/** Imports what classes are made of. */
		runtime: string;
		/** Imports the classes. */
		classes: string;
		/** Exports them. */
		exports: string;
	};
	namespaces: readonly NamespaceModel[];
	/** Those of them that count the messages of a queue. */
	consumers: readonly NamespaceModel[];
	tombstones: readonly Tombstone[];
}

/** Everything the templates may name. */
export interface Model {
	/** First line of every rendered file, as a comment. */
	header: string;
	/** File name of the configuration. */
	source: string;
	/** The first is the top level of wrangler.toml. */
	workers: readonly [WorkerModel, ...WorkerModel[]];
}

/**
 * Turns a configuration into what the templates need.
 *
 * @param file path of the configuration
 * @param home path from the output folder to that of the configuration
 * @param top the Worker at the top level of the project
 * @param environments the others
 */
export function toModel(
	file: string,
	home: string,
	top: WorkerState,
	environments: readonly WorkerState[] = [],
): Model {
	// The name goes into comments: nothing in it may end one.
	const source = basename(file).replaceAll(
		/[\p{C}\p{Zl}\p{Zp}]|\*\/|-->/gu,
		"?",
	);
	const { environment: _, ...atTop } = top;
	return {
		header: header(source),
		source,
		workers: [
			toWorker(atTop, home),
			...environments.map((one) => toWorker(one, home)),
		],
	};
}

/** Sentences on the use of a secret. */
const opens: Readonly<Record<SecretName, string>> = {
	[ADMIN_SECRET]: "Opens the admin routes.",
	[TOKEN_SECRET]: "Opens increments and reads where they ask for a token.",
};

function toWorker(state: WorkerState, home: string): WorkerModel {
	const { environment, config } = state;
	const { main } = config.worker;
	const secretNames = requiredSecrets(config);
	const limiters = limitersOf(config);
	// In the order that linters ask for.
	const classes = config.namespaces.map((one) => one.class).sort(byName);
	const dir = sourceFolder(environment);
	const namespaces = config.namespaces.map((one) => ({
		...one,
		rateLimit: limiters.get(one.key),
		statics: staticsOf(one, config, state.histories[one.key]),
		sample: sampleName(one),
		routes: routesOf(one).map(({ methods, ...route }) => ({
			...route,
			method: methods.join(", "),
		})),
	}));
	return {
		environment,
		dir,
		main: main === undefined ? `${dir}/index.ts` : posix.join(home, main),
		openApi: openApiFile(environment),
		worker: config.worker,
		kv: { binding: config.kv.binding, id: config.kv.id },
		wrangler: config.wrangler,
		secrets: secretNames.map((name) => ({ name, opens: opens[name] })),
		secretNames,
		bots: botsOf(config),
		modules: {
			worker: [
				runtimeImports(
					[
						["counterEntrypoint", "entrypoint"],
						["counterWorker", "worker"],
						...(config.worker.cors.length > 0
							? [["crossOrigin", "cors/feature"] as const]
							: []),
						...(config.worker.dashboard
							? [["dashboard", "dashboard/feature"] as const]
							: []),
						...(config.namespaces.some(({ queue }) => queue !== undefined)
							? [["queueConsumer", "queue/feature"] as const]
							: []),
					],
					state,
				),
				...openApiImport(state),
			].join("\n"),
			runtime: runtimeImports(
				[
					["CounterDurableObject", "counter"],
					...featuresOf(config.namespaces).map(
						({ factory, module }) => [factory, module] as const,
					),
				],
				state,
			),
			classes: braced("import ", classes, ' from "./counters";'),
			exports: braced("export ", classes, ";"),
		},
		namespaces,
		consumers: namespaces.filter(({ queue }) => queue !== undefined),
		tombstones: tombstonesOf(state),
	};
}

/** Imports the OpenAPI document where the Worker answers it. */
function openApiImport({ environment, config }: WorkerState): string[] {
	if (!config.worker.openapi) return [];
	const file = openApiFile(environment);
	const path = posix.relative(sourceFolder(environment), file);
	return [`import openapi from "${path}";`];
}

/**
 * Imports from the package's runtime, or from its copy: there each from its own
 * module, since bundlers cannot know that a module nobody uses does nothing.
 *
 * @param names with the modules that export them
 */
function runtimeImports(
	names: readonly (readonly [name: string, module: string])[],
	{ environment, config }: WorkerState,
): string {
	if (config.worker.runtime === "package")
		return braced(
			"import ",
			names.map(([name]) => name).sort(byName),
			' from "counter-gen/runtime";',
		);
	const copy = environment ? "../../runtime" : "./runtime";
	return names
		.toSorted(([, a], [, b]) => byName(a, b))
		.map(([name, module]) => `import { ${name} } from "${copy}/${module}";`)
		.join("\n");
}
