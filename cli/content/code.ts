import { parse, parseExpression } from "@babel/parser";

/** Reads a module. */
export function readTypeScript(text: string): string {
	const { program, comments } = parse(text, {
		sourceType: "module",
		plugins: ["typescript"],
		attachComment: false,
	});
	return written(program) + spoken(comments ?? []);
}

/** Reads JSON, with comments and trailing commas if there are any. */
export function readJson(text: string): string {
	const { comments, ...value } = parseExpression(text, {
		attachComment: false,
	}) as ReturnType<typeof parseExpression> & { comments?: Comment[] };
	return written(value) + spoken(comments ?? []);
}

interface Comment {
	value: string;
}

/** Words that formatters add to say that they were here. */
const PRAGMA = /^\**\s*@(format|prettier)$/;

/** Writes the texts of comments without their indentation. */
function spoken(comments: readonly Comment[]): string {
	const texts = comments
		.map(({ value }) => value.replaceAll(/\s*\n\s*/g, "\n").trim())
		.filter((text) => !PRAGMA.test(text));
	return JSON.stringify(texts);
}

type Fields = Readonly<Record<string, unknown>>;

/** Fields that tell where a node stands and how it was written. */
const LAYOUT = new Set(["start", "end", "loc", "range", "extra"]);

/**
 * Writes a node so that it can be compared. Fields without a value are left
 * out: a newer parser, which knows more of them, reads the same.
 */
function written(node: unknown): string {
	if (typeof node !== "object" || node === null)
		return typeof node === "bigint" ? `${node}n` : JSON.stringify(node);
	if (Array.isArray(node))
		return `[${node.filter((one) => one?.type !== "EmptyStatement").map(written)}]`;
	const fields = node as Fields;
	let text = "{";
	for (const name of Object.keys(fields).sort()) {
		const value = fields[name];
		if (!LAYOUT.has(name) && hasValue(value))
			text += `${name}:${special(fields, name) ?? written(value)},`;
	}
	return `${text}}`;
}

function hasValue(value: unknown): boolean {
	return Array.isArray(value)
		? value.length > 0
		: value !== undefined && value !== null && value !== false;
}

/** Writes a field of which formatters change more than the layout of its text. */
function special(node: Fields, name: string): string | undefined {
	const { type, computed } = node;
	const value = node[name];
	if (name === "key" && computed !== true) return nameOf(value as Fields);
	if (name === "id" && type === "TSEnumMember") return nameOf(value as Fields);
	if (name === "flags") return [...String(value)].sort().join("");
	if (name === "specifiers") return sorted(value as Fields[]);
	if (name === "body" && type === "Program")
		return importsFirst(value as Fields[]);
	return undefined;
}

/** Writes a name with or without quotes. */
function nameOf(node: Fields): string {
	const { type, name, value } = node;
	return type === "Identifier" || type === "StringLiteral"
		? JSON.stringify(name ?? value)
		: written(node);
}

/** Sorts what takes effect before everything else, wherever it stands. */
function importsFirst(statements: readonly Fields[]): string {
	const isImport = ({ source }: Fields) => hasValue(source);
	const others = statements.filter((one) => !isImport(one));
	return sorted(statements.filter(isImport)) + written(others);
}

function sorted(nodes: readonly Fields[]): string {
	return nodes.map(written).sort().join();
}
