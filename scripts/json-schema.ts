import * as z from "zod";
import { fileSchema } from "../cli/config/schema.ts";
import { wranglerKeys } from "./wrangler-keys.ts";

type Json = z.core.JSONSchema.BaseSchema;

/** A value that the environment fills in: of no known type until then. */
const variable: Json = { type: "string", pattern: "\\$\\{" };

/**
 * The JSON Schema of `counters.yaml`, for completion and hints in editors. It
 * is draft 7, the newest that YAML language servers know in full.
 */
export function jsonSchema(): object {
	const { $schema, ...file } = z.toJSONSchema(fileSchema, {
		io: "input",
		target: "draft-7",
		// Left out by zod where a value is transformed; they are as in the file.
		override: ({ zodSchema, jsonSchema }) => {
			const { examples } = z.globalRegistry.get(zodSchema) ?? {};
			if (Array.isArray(examples)) jsonSchema.examples = examples;
		},
	});
	const whole = asWritten(file);
	const properties = whole.properties as Record<string, Json>;
	const shared = shareWithEnvironments(properties);
	const definitions = describeWrangler(shared, properties);
	return {
		$schema,
		title: "counters.yaml",
		description: "Configuration of counter-gen.",
		...whole,
		definitions,
		type: "object",
	};
}

/** Describes once what both the file and an environment hold. */
function shareWithEnvironments(
	properties: Record<string, Json>,
): Record<string, Json> {
	const environment = properties.environments?.additionalProperties as Json;
	const definitions: Record<string, Json> = {};
	for (const key of Object.keys(environment.properties ?? {})) {
		const reference = { $ref: `#/definitions/${key}` };
		definitions[key] = properties[key] as Json;
		properties[key] = reference;
		(environment.properties as Record<string, Json>)[key] = reference;
	}
	return definitions;
}

/**
 * Puts wrangler's own keys under `wrangler`; an environment has all but those
 * that wrangler has once.
 *
 * @returns the definitions, with those that these need
 */
function describeWrangler(
	definitions: Record<string, Json>,
	{ environments }: Record<string, Json>,
): Record<string, Json> {
	const { topOnly, properties, ...more } = wranglerKeys({
		$ref: "#/definitions/variable",
	});
	const { additionalProperties: _, ...any } = definitions.wrangler ?? {};
	const wrangler: Json = {
		...any,
		type: ["object", "null"] as unknown as "object",
		properties,
		additionalProperties: false,
	};
	const environment = environments?.additionalProperties as Json;
	(environment.properties as Record<string, Json>).wrangler = {
		description: "The same for this environment alone.",
		examples: [{ vars: { GREETING: "hello" } }],
		allOf: [
			{ $ref: "#/definitions/wrangler" },
			{
				type: ["object", "null"] as unknown as "object",
				properties: Object.fromEntries(topOnly.map((key) => [key, false])),
			},
		],
	};
	return { ...definitions, wrangler, variable, ...more.definitions };
}

/** Admits what a file may hold before variables and empty maps are filled in. */
function asWritten(schema: Json): Json {
	const { description, examples, default: preset, ...rule } = schema;
	const about = {
		...(description !== undefined && { description }),
		// An empty map as default says less than the defaults of its keys.
		...(preset !== undefined && !isEmptyMap(preset) && { default: preset }),
		...(examples !== undefined && { examples }),
	};
	const { type, properties, additionalProperties: others, items } = rule;
	if (properties)
		return {
			...about,
			...rule,
			type: ["object", "null"] as unknown as "object",
			properties: mapValues(properties as Record<string, Json>),
		};
	if (type === "object" && typeof others === "object")
		return { ...about, ...rule, additionalProperties: asWritten(others) };
	if (type === "array")
		return { ...about, ...rule, items: asWritten(items as Json) };
	return { ...about, anyOf: [...(rule.anyOf ?? [rule]), variable] };
}

function mapValues(properties: Record<string, Json>): Record<string, Json> {
	return Object.fromEntries(
		Object.entries(properties).map(([key, one]) => [key, asWritten(one)]),
	);
}

function isEmptyMap(value: unknown): boolean {
	return JSON.stringify(value) === "{}";
}
