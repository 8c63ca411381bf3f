import { isValues, type Values } from "./merge.ts";

/** A name that a key under `wrangler` gives in the Worker's env, or to a class. */
export interface WranglerName {
	name: string;
	/** The key under `wrangler` that gives it. */
	key: string;
	/** Path of the name in the file. */
	path: readonly (string | number)[];
}

/** Keys that name a binding by `name`; all others do by `binding`. */
const NAMED = [
	"durable_objects",
	"logfwdr",
	"ratelimits",
	"send_email",
	"unsafe",
];

/** Lists the names in the Worker's env that keys under `wrangler` give. */
export function* bindingNames(wrangler: unknown): Generator<WranglerName> {
	if (!isValues(wrangler)) return;
	for (const [key, value] of Object.entries(wrangler)) {
		if (["vars", "wasm_modules", "text_blobs", "data_blobs"].includes(key))
			for (const name of Object.keys(isValues(value) ? value : {}))
				yield { name, key, path: ["wrangler", key, name] };
		else if (key === "secrets") yield* secretNames(value);
		else yield* inside(key, value, ["wrangler", key]);
	}
}

function* secretNames(secrets: unknown): Generator<WranglerName> {
	const key = "secrets";
	const required = isValues(secrets) ? secrets.required : undefined;
	for (const [at, name] of Array.isArray(required) ? required.entries() : [])
		if (typeof name === "string")
			yield { name, key, path: ["wrangler", key, "required", at] };
}

/** Lists the classes that `wrangler.exports` declares. */
export function classNames({ exports }: Values): WranglerName[] {
	return Object.keys(isValues(exports) ? exports : {}).map((name) => ({
		name,
		key: "exports",
		path: ["wrangler", "exports", name],
	}));
}

/** Looks at a value, and at the lists and maps of bindings right below it. */
function* inside(
	key: string,
	value: unknown,
	path: WranglerName["path"],
): Generator<WranglerName> {
	if (Array.isArray(value)) {
		for (const [at, entry] of value.entries())
			yield* inside(key, entry, [...path, at]);
		return;
	}
	if (!isValues(value)) return;
	const field = NAMED.includes(key) ? "name" : "binding";
	const name = value[field];
	if (typeof name === "string") yield { name, key, path: [...path, field] };
	for (const list of ["bindings", "producers"])
		if (Array.isArray(value[list]))
			yield* inside(key, value[list], [...path, list]);
}
