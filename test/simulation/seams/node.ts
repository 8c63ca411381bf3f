/** A node of a syntax tree of Babel. */
export interface Node {
	type: string;
	start: number;
	end: number;
	[key: string]: unknown;
}

/** Says where a node is, how it was written, what was said beside it. */
const NO_STRUCTURE = new Set([
	"type",
	"start",
	"end",
	"loc",
	"range",
	"extra",
	"comments",
	"errors",
	"leadingComments",
	"innerComments",
	"trailingComments",
]);

/** The properties that make a node what it is. */
export function structureOf(node: Node): string[] {
	return Object.keys(node).filter((key) => !NO_STRUCTURE.has(key));
}

export function isNode(value: unknown): value is Node {
	return (
		typeof value === "object" &&
		value !== null &&
		typeof (value as Node).type === "string"
	);
}
