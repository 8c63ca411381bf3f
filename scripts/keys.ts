import { formatDuration } from "../cli/config/duration.ts";
import { jsonSchema } from "./json-schema.ts";

/** Parts of a JSON Schema that the tables show. */
interface Rule {
	$ref?: string;
	description?: string;
	default?: unknown;
	const?: unknown;
	enum?: readonly unknown[];
	type?: string | readonly string[];
	minimum?: number;
	maximum?: number;
	anyOf?: readonly Rule[];
	properties?: Record<string, Rule>;
	additionalProperties?: Rule;
	definitions?: Record<string, Rule>;
}

const schema: Rule = jsonSchema();
const { namespaces, defaults: _, ...rest } = schema.properties ?? {};

/** Renders the keys of a namespace as a table. */
export function namespaceKeys(): string {
	return table(resolved(namespaces).additionalProperties?.properties);
}

/** Renders the keys of the file outside namespaces as a table. */
export function otherKeys(): string {
	return table({
		...rest,
		defaults: resolved(schema.properties?.defaults),
		namespaces: resolved(namespaces),
	});
}

function table(keys: Record<string, Rule> = {}): string {
	return ["| key | default | values | what it does |", "|---|---|---|---|"]
		.concat(rows(keys, ""))
		.join("\n");
}

/** Renders a row a key; keys of a map below, with its name before theirs. */
function rows(keys: Record<string, Rule>, prefix: string): string[] {
	return Object.entries(keys).flatMap(([key, one]) => {
		const rule = resolved(one);
		const name = `${prefix}${key}`;
		const preset =
			rule.default === undefined ? "" : `\`${written(rule.default)}\``;
		const own = [`\`${name}\``, preset, values(rule), rule.description];
		const row = `| ${own.map((cell) => (cell ?? "").replaceAll(/[|<]/g, "\\$&")).join(" | ")} |`;
		return key === "defaults" || key === "wrangler"
			? [row]
			: [row, ...rows(rule.properties ?? {}, `${name}.`)];
	});
}

/** Says what may stand there, where the schema has bounds or a choice. */
function values(rule: Rule): string {
	const all = rule.anyOf ?? [rule];
	const choice = all.flatMap(
		(one) => one.enum ?? (one.const ? [one.const] : []),
	);
	const isList = all.some(({ type }) => type === "array");
	if (choice.length > 0 && !isList)
		return choice.map((one) => `\`${one}\``).join(", ");
	const number = all.find((one) => one.minimum !== undefined);
	const { minimum = 0, maximum = 0 } = number ?? {};
	if (!number) return "";
	// A duration is 0, or within its bounds; a plain number has bounds alone.
	return all.some((one) => one.const === 0)
		? `0, or ${formatDuration(minimum)} to ${formatDuration(maximum)}`
		: `${minimum.toLocaleString("en")} to ${maximum.toLocaleString("en")}`;
}

function resolved(rule: Rule = {}): Rule {
	const name = rule.$ref?.split("/").at(-1);
	return name ? (schema.definitions?.[name] ?? {}) : rule;
}

function written(value: unknown): string {
	return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
