import * as z from "zod";
import { fileSchema } from "../cli/config/schema.ts";

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
	const shared = shareWithEnvironments(
		whole.properties as Record<string, Json>,
	);
	return {
		$schema,
		title: "counters.yaml",
		description: "Configuration of counter-gen.",
		...whole,
		...shared,
		type: "object",
	};
}

/** Describes once what both the file and an environment hold. */
function shareWithEnvironments(properties: Record<string, Json>): Json {
	const environment = properties.environments?.additionalProperties as Json;
	const definitions: Record<string, Json> = {};
	for (const key of Object.keys(environment.properties ?? {})) {
		const reference = { $ref: `#/definitions/${key}` };
		definitions[key] = properties[key] as Json;
		properties[key] = reference;
		(environment.properties as Record<string, Json>)[key] = reference;
	}
	return { definitions };
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
