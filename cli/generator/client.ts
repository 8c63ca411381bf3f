import type { Namespace } from "../config/schema.ts";
import { toTypeScript } from "./typescript.ts";

/** The client of a Worker as the template needs it. */
export interface ClientModel {
	/** Type of the client. */
	type: string;
	namespaces: readonly {
		key: string;
		/** Type of the names. */
		names: string;
		/** Class that gathers its increments. */
		queue: string;
		/** Settings that the client must know, as TypeScript. */
		settings: string;
	}[];
	/** Everything else: the same for all. */
	code: string;
}

/** Modules of the client in the order in which its file has them. */
const MODULES = [
	"client.ts",
	"past.ts",
	"live.ts",
	"queue.ts",
	"api.ts",
	"page.ts",
	"problem.ts",
	// Extends classes of the others.
	"limit.ts",
];

/** Names that users of the file import. */
const PUBLIC =
	/^(ClientOptions|CountOptions|CounterClient|CounterProblem|HistoryOptions|LimitReached|LiveCounterClient|PageOptions|PastCounterClient|ReadOptions|TopOptions)$/;

/**
 * Makes the client of a Worker: one file that imports nothing, to be taken
 * wherever something counts.
 *
 * @param modules TypeScript of the client by file name
 */
export function clientOf(
	namespaces: readonly Namespace[],
	modules: ReadonlyMap<string, string>,
): ClientModel {
	const live = namespaces.filter((one) => one.live);
	const past = namespaces.filter((one) => one.history || one.top > 0);
	const hasPast = past.length + live.length > 0;
	const left = [
		...(live.length > 0 ? [] : ["live.ts"]),
		...(namespaces.some(({ total }) => total) ? [] : ["limit.ts"]),
		...(hasPast ? [] : ["past.ts"]),
	];
	return {
		type:
			live.length > 0
				? `LiveCounterClient<Names, ${keysOf(past)}, ${keysOf(live)}>`
				: hasPast
					? `PastCounterClient<Names, ${keysOf(past)}>`
					: "CounterClient<Names>",
		namespaces: namespaces.map((one) => ({
			key: one.key,
			names:
				typeof one.names === "string"
					? "string"
					: one.names.map(toTypeScript).join(" | "),
			queue: one.total ? "BoundedQueue" : "Queue",
			settings: toTypeScript({
				path: one.mount === "/" ? "" : one.mount,
				...one.increment,
				windowMs: one.idempotencyWindow,
			}),
		})),
		code: MODULES.filter((name) => !left.includes(name))
			.map((name) => partOf(modules.get(name) ?? ""))
			.join("\n"),
	};
}

function keysOf(namespaces: readonly Namespace[]): string {
	const keys = namespaces.map(({ key }) => toTypeScript(key));
	return keys.length > 0 ? keys.join(" | ") : "never";
}

/** Takes the imports off a module, and the exports that are for other modules. */
function partOf(code: string): string {
	return code
		.replaceAll(/^import [^;]*;\n+/gm, "")
		.replaceAll(/^export (?=(?:\w+ )+?(\w+))/gm, (all, name) =>
			PUBLIC.test(name) ? all : "",
		);
}
