import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { RULES } from "../cli/config/wrangler-beyond-schema.ts";
import { RENDERED } from "../cli/config/wrangler-rendered.ts";
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
	const properties: Record<string, Json> = Object.fromEntries(
		keys("RawConfig").map(([key, rule]) => [
			key,
			{
				description: sentence(key, rule),
				...(LONG_KEYS.includes(key) ? {} : (bare(rule) as Json)),
			},
		]),
	);
	for (const [path] of RENDERED) {
		const [key = "", inner] = path.split(".");
		const { $ref } = (definitions.RawConfig?.properties?.[key] ?? {}) as Json;
		const rule = used.get($ref?.split("/").at(-1) ?? "");
		if (inner !== undefined) delete rule?.properties?.[inner];
	}
	narrow({ properties }, used);
	const inEnvironments = keys("RawEnvironment").map(([key]) => key);
	return {
		properties,
		topOnly: keys("RawConfig")
			.map(([key]) => key)
			.filter((key) => !inEnvironments.includes(key)),
		definitions: Object.fromEntries(
			[...used].map(([name, rule]) => [`wrangler.${name}`, rule]),
		),
	};
}

/** Adds what counter-gen's own rules know of a value. */
function narrow(whole: Json, definitions: ReadonlyMap<string, Json>): void {
	for (const [path, { keywords }] of Object.entries(RULES)) {
		if (!keywords) continue;
		const { pattern } = keywords;
		const steps = path.split(/\.|(?=\[\])/);
		const places = placesAt(whole, steps, definitions);
		if (places.length === 0) throw new Error(`wrangler has no ${path}`);
		for (const place of places)
			Object.assign(place, keywords, {
				// A variable may stand there, too.
				...(pattern !== undefined && { pattern: `${pattern}|\\$\\{` }),
			});
	}
}

/** Finds the rules at a path, whichever alternatives lead there. */
function placesAt(
	rule: Json | undefined,
	steps: readonly string[],
	definitions: ReadonlyMap<string, Json>,
): Json[] {
	if (rule === undefined) return [];
	const { $ref, anyOf = [], items, properties } = rule;
	if ($ref !== undefined) {
		const name = $ref.split("/wrangler.").at(-1) ?? "";
		return placesAt(definitions.get(name), steps, definitions);
	}
	const [step, ...others] = steps;
	if (step === undefined) return [rule];
	const inner = step === "[]" ? items : properties?.[step];
	return [
		...anyOf.flatMap((one) => placesAt(one as Json, steps, definitions)),
		...placesAt(inner as Json, others, definitions),
	];
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
