import { parse } from "@babel/parser";

/** Tells SQL from other texts of several lines. */
const SQL = /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER)\b/;

/** Matches strings of SQL; its white space, with comments, alone or around a sign that needs none. */
const STRING_OR_SPACE =
	/'[^']*'|(?:\s|--.*\n)*([(),;])(?:\s|--.*\n)*|(?:\s|--.*\n)+/g;

/**
 * Takes comments and needless white space out of the SQL of a module, which a bundler leaves
 * as it is: else every Worker has them. All other code keeps its line and column, so
 * that the module's source map holds.
 *
 * @param code JavaScript, whose SQL of several lines is in template literals
 * @throws if a comment ends with its text: the code after it would become one
 */
export function squeezeSql(code: string): string {
	const program = parse(code, { sourceType: "module" });
	const edits = templatesOf(program).flatMap((one) => editsOf(code, one));
	edits.sort((a, b) => a.start - b.start);
	let squeezed = "";
	let at = 0;
	for (const { start, end, text } of edits) {
		squeezed += code.slice(at, start) + text;
		at = end;
	}
	return squeezed + code.slice(at);
}

/** A stretch of the code, and what takes its place. */
interface Edit {
	start: number;
	end: number;
	text: string;
}

/** Squeezes a text, and makes up for its lines behind it. */
function editsOf(code: string, { quasis, end }: Template): Edit[] {
	const sql = quasis.map(({ value }) => value.raw).join("?");
	const lines = sql.split("\n").length - 1;
	if (lines === 0 || !SQL.test(sql)) return [];
	const edits = quasis.map(({ start, end, value: { raw } }) => {
		if (/--.*$/.test(raw)) throw new Error(`A comment does not end: ${raw}`);
		const text = raw.replace(STRING_OR_SPACE, (one, sign?: string) =>
			one.startsWith("'") ? one : (sign ?? " "),
		);
		return { start, end, text };
	});
	const column = end - 1 - code.lastIndexOf("\n", end - 1);
	const rest = "\n".repeat(lines) + " ".repeat(column);
	return [...edits, { start: end, end, text: rest }];
}

/** A template literal: its texts before, between and after expressions. */
interface Template {
	quasis: { start: number; end: number; value: { raw: string } }[];
	end: number;
}

/** Lists the template literals in a tree of code. */
function templatesOf(node: unknown): Template[] {
	if (typeof node !== "object" || node === null) return [];
	const inside = Object.values(node).flatMap(templatesOf);
	return isTemplate(node) ? [node, ...inside] : inside;
}

function isTemplate(node: object): node is Template {
	return "type" in node && node.type === "TemplateLiteral";
}
