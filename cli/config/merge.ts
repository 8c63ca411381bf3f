import { knownKeys } from "./schema.ts";

export type Values = Record<string, unknown>;

/** Tells whether a value is a map of the file. */
export function isValues(value: unknown): value is Values {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Merges `defaults` under every namespace. Leaves what is no map as it is, for the
 * schema to complain about.
 */
export function mergeDefaults(file: Values): Values {
	const { defaults, namespaces } = file;
	if (!isValues(defaults) || !isValues(namespaces)) return file;
	const shared = Object.fromEntries(
		knownKeys.defaults
			.filter((key) => defaults[key] !== undefined)
			.map((key) => [key, defaults[key]]),
	);
	const merged = Object.entries(namespaces).map(([key, own]) => [
		key,
		mergeOver(shared, own),
	]);
	return { ...file, namespaces: Object.fromEntries(merged) };
}

/**
 * Merges `own` over `base`, key by key: maps combine, anything else replaces. A
 * map that is left empty adds nothing.
 */
export function mergeOver(base: unknown, own: unknown): unknown {
	if (!isValues(base)) return own === undefined ? base : own;
	if (!isValues(own)) return own ?? base;
	const merged = new Map(Object.entries(base));
	for (const [key, value] of Object.entries(own))
		merged.set(key, mergeOver(merged.get(key), value));
	return Object.fromEntries(merged);
}
