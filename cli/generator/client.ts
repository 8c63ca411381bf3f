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
		/** Settings that the client must know, as TypeScript. */
		settings: string;
	}[];
	/** Everything else: the same for all. */
	code: string;
}

/** Modules of the client in the order in which its file has them. */
const MODULES = [
	"client.ts",
	"live.ts",
	"queue.ts",
	"api.ts",
	"page.ts",
	"problem.ts",
];

/** Names that users of the file import. */
const PUBLIC =
	/^(ClientOptions|CountOptions|CounterClient|CounterProblem|HistoryOptions|LiveCounterClient|PageOptions|ReadOptions|TopOptions)$/;

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
	const names = live.map(({ key }) => toTypeScript(key));
	return {
		type:
			live.length > 0
				? `LiveCounterClient<Names, ${names.join(" | ")}>`
				: "CounterClient<Names>",
		namespaces: namespaces.map((one) => ({
			key: one.key,
			names:
				typeof one.names === "string"
					? "string"
					: one.names.map(toTypeScript).join(" | "),
			settings: toTypeScript({
				path: one.mount === "/" ? "" : one.mount,
				...one.increment,
				windowMs: one.idempotencyWindow,
			}),
		})),
		code: MODULES.filter((name) => name !== "live.ts" || live.length > 0)
			.map((name) => partOf(modules.get(name) ?? ""))
			.join("\n"),
	};
}

/** Takes the imports off a module, and the exports that are for other modules. */
function partOf(code: string): string {
	return code
		.replaceAll(/^import [^;]*;\n+/gm, "")
		.replaceAll(/^export (?=(?:\w+ )+?(\w+))/gm, (all, name) =>
			PUBLIC.test(name) ? all : "",
		);
}
