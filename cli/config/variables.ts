import { isScalar, type Scalar, type ScalarTag } from "yaml";
import type { ConfigProblem } from "./problem.ts";
import { clip, type Source } from "./source.ts";

/** Stands for a value that could not be filled in: no rule accepts it. */
const missing = Symbol("missing");

/** Fills the variables of one value in; answers those that it cannot. */
export function fillIn(
	source: Source,
	node: Scalar,
	env: Env,
): ConfigProblem[] {
	if (typeof node.value !== "string" || !node.value.includes("${")) return [];
	const { text, unset, malformed } = interpolate(node.value, env);
	const where = source.placeOfValue({ value: node });
	const problems: ConfigProblem[] = [
		...unset.map(
			(name): ConfigProblem => ({
				code: "unset-variable",
				what: `the environment variable \`${name}\` is not set`,
				fix: `set it, or give it a fallback: \`\${${name}:-…}\``,
				where,
			}),
		),
		...malformed.map(
			(reference): ConfigProblem => ({
				code: "bad-variable",
				what: `\`${clip(reference)}\` is not a variable`,
				fix: `write \`\${NAME}\` or \`\${NAME:-fallback}\``,
				where,
			}),
		),
	];
	if (problems.length > 0) {
		source.unfilled.add(node);
		node.value = missing;
	} else {
		source.filled.add(node);
		const typed = node.type === "PLAIN" && node.tag === undefined;
		node.value = typed ? retype(source, text) : text;
	}
	return problems;
}

/**
 * Types an unquoted text by YAML's core rules, as if it had been written in the
 * file, except that it stays one value whatever it holds.
 */
function retype({ doc }: Source, text: string): unknown {
	const tag = doc.schema.tags.find(
		(one): one is ScalarTag =>
			one.default === true && "test" in one && one.test?.test(text) === true,
	);
	const value = tag ? tag.resolve(text, () => {}, doc.options) : text;
	return isScalar(value) ? value.value : value;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** A text with its variables filled in, or the names and references at fault. */
export interface Interpolated {
	text: string;
	/** Variables that are not set and have no fallback. */
	unset: string[];
	/** References that are not of the form `${NAME}` or `${NAME:-fallback}`. */
	malformed: string[];
}

/** Most references within fallbacks of others; without a bound the stack would overflow. */
const MAX_DEPTH = 20;

const reference = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` and `${NAME:-fallback}` by the environment's values. As in
 * a shell, `${NAME}` takes a variable that is set but empty, `:-` does not. A
 * fallback may hold braces that pair up, and references of its own.
 *
 * @param depth most references within fallbacks of others
 */
export function interpolate(
	text: string,
	env: Env,
	depth: number = MAX_DEPTH,
): Interpolated {
	const result: Interpolated = { text: "", unset: [], malformed: [] };
	let at = 0;
	for (;;) {
		const start = text.indexOf("${", at);
		if (start < 0) break;
		result.text += text.slice(at, start);
		const end = closingBrace(text, start + 1) ?? text.length;
		at = end + 1;
		const [, name, fallback] = reference.exec(text.slice(start + 2, end)) ?? [];
		if (name === undefined || end === text.length || depth === 0) {
			result.malformed.push(text.slice(start, at));
			continue;
		}
		const value = Object.hasOwn(env, name) ? env[name] : undefined;
		if (fallback !== undefined && !value) {
			const inner = interpolate(fallback, env, depth - 1);
			result.text += inner.text;
			result.unset.push(...inner.unset);
			result.malformed.push(...inner.malformed);
		} else if (value === undefined) result.unset.push(name);
		else result.text += value;
	}
	result.text += text.slice(at);
	return result;
}

/** Finds the end of the brace opened at `open`, if it closes. */
function closingBrace(text: string, open: number): number | undefined {
	let depth = 0;
	for (let at = open; at < text.length; at++) {
		if (text[at] === "{") depth++;
		if (text[at] === "}" && --depth === 0) return at;
	}
	return undefined;
}
