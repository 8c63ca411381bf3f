import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { RENDERED } from "../cli/config/wrangler.ts";
import { packageRoot } from "../cli/root.ts";

type Json = z.core.JSONSchema.BaseSchema;

const { definitions }: { definitions: Record<string, Json> } = JSON.parse(
	readFileSync(
		join(packageRoot, "node_modules/wrangler/config-schema.json"),
		"utf8",
	),
);

/** Keys of which nothing but the name is told: little used, and long. */
const LONG_KEYS: readonly string[] = ["previews", "cloudchamber", "containers"];

/**
 * Describes what may stand under `wrangler`, by the schema of the wrangler that
 * is installed here: a sentence on each key, and the values that it takes.
 *
 * @param variable the alternative to a number, a choice, true or false
 */
export function wranglerKeys(variable: Json): {
	/** By key. */
	properties: Record<string, Json>;
	/** Those that an environment cannot have. */
	topOnly: readonly string[];
	/** The definitions that they refer to. */
	definitions: Record<string, Json>;
} {
	const used = new Map<string, Json>();
	/** Drops words, and notes each definition that is referred to. */
	const bare = (rule: unknown): unknown => {
		if (Array.isArray(rule)) return rule.map(bare);
		if (typeof rule !== "object" || rule === null) return rule;
		const { $ref, ...rest } = rule as Json;
		if ($ref !== undefined) {
			const name = $ref.split("/").at(-1) ?? "";
			if (!used.has(name)) {
				used.set(name, {});
				used.set(name, bare(definitions[name]) as Json);
			}
			return { $ref: `#/definitions/wrangler.${name}` };
		}
		const kept = Object.fromEntries(
			Object.entries(rest).flatMap(([key, value]) => {
				if (key === "properties")
					return [[key, mapValues(value as Record<string, Json>, bare)]];
				return WORDS.includes(key) ? [] : [[key, bare(value)]];
			}),
		);
		const isText = kept.type === "string" && !kept.enum && !kept.const;
		const isPlain = kept.enum || kept.const || PLAIN.includes(kept.type);
		return isPlain && !isText ? { anyOf: [kept, variable] } : kept;
	};
	const refused = new Set(RENDERED.map(([path]) => path));
	const keys = (level: string) =>
		Object.entries(
			(definitions[level]?.properties ?? {}) as Record<string, Json>,
		).filter(([key]) => !refused.has(key));
	const properties = keys("RawConfig").map(([key, rule]) => [
		key,
		{
			description: sentence(key, rule),
			...(LONG_KEYS.includes(key) ? {} : (bare(rule) as Json)),
		},
	]);
	for (const [path] of RENDERED) {
		const [key = "", inner] = path.split(".");
		const { $ref } = (definitions.RawConfig?.properties?.[key] ?? {}) as Json;
		const rule = used.get($ref?.split("/").at(-1) ?? "");
		if (inner !== undefined) delete rule?.properties?.[inner];
	}
	const inEnvironments = keys("RawEnvironment").map(([key]) => key);
	return {
		properties: Object.fromEntries(properties),
		topOnly: keys("RawConfig")
			.map(([key]) => key)
			.filter((key) => !inEnvironments.includes(key)),
		definitions: Object.fromEntries(
			[...used].map(([name, rule]) => [`wrangler.${name}`, rule]),
		),
	};
}

const WORDS: readonly string[] = [
	"description",
	"markdownDescription",
	"default",
	"deprecated",
	"examples",
];

const PLAIN: readonly unknown[] = ["number", "integer", "boolean"];

function mapValues<T, U>(
	values: Record<string, T>,
	change: (value: T) => U,
): Record<string, U> {
	return Object.fromEntries(
		Object.entries(values).map(([key, one]) => [key, change(one)]),
	);
}

/** Answers the first sentence on a key. */
function sentence(key: string, { description }: Json): string {
	const [line = ""] = description?.split("\n") ?? [];
	const [first = ""] = line.split(/(?<=\.)\s/);
	return first === "" ? `Wrangler's \`${key}\`.` : first;
}
