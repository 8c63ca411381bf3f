import { knownKeys } from "./schema.ts";

export type Values = Record<string, unknown>;

/** Whether a value is a map of the file. */
export function isValues(value: unknown): value is Values {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A file's value with `defaults` merged under every namespace. What is no map
 * stays as it is, for the schema to complain about.
 */
export function mergeDefaults(file: Values): Values {
	const { defaults, namespaces } = file;
	if (!isValues(defaults) || !isValues(namespaces)) return file;
	const merged = Object.entries(namespaces).map(([key, own]) => [
		key,
		mergeUnder(defaults, own ?? {}),
	]);
	return { ...file, namespaces: Object.fromEntries(merged) };
}

/** Merges key by key; a setting that is a map combines with its default. */
function mergeUnder(defaults: Values, own: unknown): unknown {
	if (!isValues(own)) return own;
	const merged = { ...own };
	for (const key of knownKeys.defaults) {
		const [shared, value] = [defaults[key], own[key]];
		if (shared === undefined) continue;
		if (value === undefined) merged[key] = shared;
		else if (isValues(shared) && isValues(value))
			merged[key] = { ...shared, ...value };
	}
	return merged;
}
