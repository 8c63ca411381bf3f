import {
	type Config,
	type Namespace,
	type Settings,
	settings,
} from "../config/schema.ts";
import type { NamespaceHistory } from "../lifecycle/history.ts";
import { featureOf } from "./features.ts";
import { toTypeScript } from "./typescript.ts";

/** A setting of a namespace's class, as the runtime's `CounterSettings` and `RouteSettings` have it. */
export interface Static {
	name: string;
	/** Its value, as TypeScript source. */
	code: string;
	/** Comment at the end of the line. */
	note: string | undefined;
}

/**
 * Lists the statics of a namespace's class: its names and its past, then one for
 * each key that is set, in the order of the schema.
 */
export function staticsOf(
	namespace: Namespace,
	{ kv, worker }: Pick<Config, "kv" | "worker">,
	history: NamespaceHistory | undefined,
): Static[] {
	const keys = Object.keys(settings) as (keyof Settings)[];
	return [
		plain("doNamespace", namespace.binding),
		plain("kvNamespace", kv.binding),
		plain("kvPrefix", namespace.kvPrefix),
		...(history?.earlierKvPrefixes
			? [plain("earlierKvPrefixes", history.earlierKvPrefixes)]
			: []),
		plain(
			"shardCounts",
			history?.shardCounts ?? [namespace.shardCount],
			"ever",
		),
		plain("reshardings", history?.reshardings ?? 0),
		plain("logLevel", worker.logLevel),
		...keys.flatMap((key) => ofKey(key, namespace) ?? []),
	];
}

/** Writes the static of a key; none for what is off. */
function ofKey(key: keyof Settings, namespace: Namespace): Static | undefined {
	const value = namespace[key];
	const { isFeature, feature } = featureOf(key, namespace);
	if (feature) {
		const { name, factory, options } = feature;
		return raw(name, `${factory}(${toTypeScript(options(namespace))})`);
	}
	if (isFeature) return undefined;
	if (value === undefined) return undefined;
	switch (key) {
		case "shardWriteToGlobalAfter":
		case "globalWriteToKVAfter":
			return plain(key, value, "ms");
		case "names":
			return typeof value === "string"
				? plain(key, new RegExp(value, "u"))
				: raw(key, `${toTypeScript(value)} as const`);
		case "timeZone":
			// A part of `history` and `total`.
			return undefined;
		case "increment":
			return plain("incrementBounds", value);
		case "bots":
			return value === "ignore" ? raw(key, "BOTS", "only for GET") : undefined;
		case "methods":
		case "access":
			return raw(key, `${toTypeScript(value)} as const`);
		default:
			return plain(key, value);
	}
}

function plain(name: string, value: unknown, note?: string): Static {
	return raw(name, toTypeScript(value), note);
}

function raw(name: string, code: string, note?: string): Static {
	return { name, code, note };
}
