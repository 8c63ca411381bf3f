import { isDeepStrictEqual } from "node:util";
import { kindOf, type NameKind, nameKey } from "./names.ts";
import { isNode, type Node, structureOf } from "./node.ts";

/** Types are gone when code runs; `{ a }` is `{ a: a }`. */
const IGNORED = new Set([
	"typeAnnotation",
	"typeArguments",
	"typeParameters",
	"returnType",
	"shorthand",
]);

/** Match of a pattern with code that has its shape. */
export interface Match {
	/** From the names of the pattern to those of the code, with their kinds. */
	names: Map<string, string>;
	/** Code that holes such as `$call` stand for. */
	holes: Map<string, Node>;
}

/**
 * Compares code with a pattern by shape: names may differ, but one of the
 * pattern is always the same one of the code, and the other way round. A name
 * that begins with `$` stands for any expression.
 */
export function matchShape(
	pattern: readonly Node[],
	code: readonly Node[],
): Match | undefined {
	const match: Match = { names: new Map(), holes: new Map() };
	return pattern.every((node, n) => fits(node, code[n], "variable", match)) &&
		isOneToOne(match.names)
		? match
		: undefined;
}

/** Tells whether every name of the pattern is that of the code. */
export function isLiteral({ names }: Match): boolean {
	return [...names].every(([from, to]) => from === to);
}

export function isHole(name: unknown): name is string {
	return typeof name === "string" && name.startsWith("$");
}

function fits(
	pattern: unknown,
	code: unknown,
	kind: NameKind,
	match: Match,
): boolean {
	if (Array.isArray(pattern))
		return (
			Array.isArray(code) &&
			pattern.length === code.length &&
			pattern.every((one, n) => fits(one, code[n], "variable", match))
		);
	if (!isNode(pattern)) return isDeepStrictEqual(pattern, code);
	if (!isNode(code)) return false;
	if (pattern.type === "Identifier" && isHole(pattern.name)) {
		match.holes.set(pattern.name, code);
		return true;
	}
	if (pattern.type !== code.type) return false;
	if (pattern.type === "Identifier")
		return fitsName(
			nameKey(kind, String(pattern.name)),
			nameKey(kind, String(code.name)),
			match,
		);
	return [...new Set([...structureOf(pattern), ...structureOf(code)])]
		.filter((key) => !IGNORED.has(key))
		.every((key) => fits(pattern[key], code[key], kindOf(pattern, key), match));
}

function fitsName(from: string, to: string, { names }: Match): boolean {
	const before = names.get(from);
	names.set(from, before ?? to);
	return before === undefined || before === to;
}

function isOneToOne(names: ReadonlyMap<string, string>): boolean {
	return new Set(names.values()).size === names.size;
}
