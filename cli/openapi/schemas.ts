/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Bodies by media type: what each holds. */
export type Content = Readonly<Record<string, Schema>>;

const refs = new Map<string, Schema>();

/** Refers to a part of the document that several operations have. */
export function ref(
	kind: "headers" | "parameters" | "responses" | "schemas",
	name: string,
): Schema {
	const $ref = `#/components/${kind}/${name}`;
	const made = refs.get($ref) ?? { $ref };
	refs.set($ref, made);
	return made;
}

/** Refers to headers of an answer by their names. */
export function headers(names: readonly string[] = []): Schema {
	if (names.length === 0) return {};
	const all = names.map((name) => [name, ref("headers", name)] as const);
	return { headers: Object.fromEntries(all) };
}

/** Writes bodies as OpenAPI has them. */
export function media(content: Content): Schema {
	const types = Object.entries(content);
	return Object.fromEntries(types.map(([type, schema]) => [type, { schema }]));
}

/** Any text. */
export const text: Schema = { type: "string" };

/** A whole number from 0. */
export const count: Schema = { type: "integer", minimum: 0 };

/** Any whole number that is exact in JavaScript. */
export const safeInteger: Schema = {
	type: "integer",
	minimum: Number.MIN_SAFE_INTEGER,
	maximum: Number.MAX_SAFE_INTEGER,
};

/** A moment in ISO 8601. */
export const moment: Schema = { type: "string", format: "date-time" };

/** A kind of buckets that `history` keeps. */
export const unit: Schema = { enum: ["minute", "hour", "day"] };

/** Lets null stand for none. */
export function orNull(schema: Schema): Schema {
	return { anyOf: [schema, { type: "null" }] };
}
