import { isScalar, type Scalar, type ScalarTag } from "yaml";
import type { ConfigProblem } from "./codes.ts";
import { type Env, interpolate } from "./interpolate.ts";
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
 * The value of an unquoted text by YAML's core rules, as if it had been written
 * in the file, except that it stays one value whatever it holds.
 */
function retype({ doc }: Source, text: string): unknown {
	const tag = doc.schema.tags.find(
		(one): one is ScalarTag =>
			one.default === true && "test" in one && one.test?.test(text) === true,
	);
	const value = tag ? tag.resolve(text, () => {}, doc.options) : text;
	return isScalar(value) ? value.value : value;
}
