import { type ParseResult, parse } from "@babel/parser";

interface Node {
	type: string;
	start: number;
	end: number;
	[key: string]: unknown;
	id?: unknown;
	name?: unknown;
}

/** A function, method or class, and where it is in its file. */
interface Scope {
	name: string;
	start: number;
	end: number;
}

/**
 * Finds the functions around an offset of a source.
 *
 * @returns from an offset to names from outside in, such as `Outbox.#settle`;
 *   the empty text at the top of the file
 */
export function enclosingIn(source: string): (offset: number) => string {
	const tree: ParseResult = parse(source, {
		sourceType: "module",
		plugins: ["typescript"],
	});
	const scopes = [...scopesIn(tree.program)];
	return (offset) =>
		scopes
			.filter(({ start, end }) => start <= offset && offset < end)
			.map(({ name }) => name)
			.join(".");
}

/** Every named scope, outer ones first. */
function* scopesIn(value: unknown): Iterable<Scope> {
	if (Array.isArray(value)) for (const one of value) yield* scopesIn(one);
	if (!isNode(value)) return;
	const name = nameOf(value);
	if (name !== undefined) yield { name, start: value.start, end: value.end };
	for (const [key, child] of Object.entries(value))
		if (key !== "loc") yield* scopesIn(child);
}

function isNode(value: unknown): value is Node {
	return (
		typeof value === "object" &&
		value !== null &&
		typeof (value as Node).type === "string"
	);
}

/** The name of what has one and a body: functions that are values have none. */
function nameOf({ type, id, key, kind, init }: Node): string | undefined {
	switch (type) {
		case "FunctionDeclaration":
		case "ClassDeclaration":
			return text(id);
		case "ClassMethod":
		case "ClassPrivateMethod":
		case "ObjectMethod":
			return kind === "get" || kind === "set"
				? `${kind} ${text(key)}`
				: text(key);
		case "ClassProperty":
		case "ClassPrivateProperty":
			return text(key);
		case "VariableDeclarator":
			return isNode(init) && /Function/.test(init.type) ? text(id) : undefined;
		default:
			return undefined;
	}
}

function text(name: unknown): string | undefined {
	if (!isNode(name)) return undefined;
	if (name.type === "PrivateName") return `#${text(name.id)}`;
	return typeof name.name === "string" ? name.name : undefined;
}
