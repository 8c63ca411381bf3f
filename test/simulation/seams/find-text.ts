import { parseFile } from "./parse.ts";
import type { Splice } from "./seam.ts";
import { inside, walk } from "./walk.ts";

/** Finds a text in strings and templates, whatever white space is in it. */
export function findText(
	source: string,
	{ within, text, to }: { within: string; text: string; to: string },
): Splice[] {
	const literals = inside(walk(parseFile(source)), within)
		.map(({ node }) => node)
		.filter(({ type }) => isText(type));
	return [...source.matchAll(folded(text))]
		.map(({ index, 0: { length } }) => ({
			start: index,
			end: index + length,
			to,
		}))
		.filter((splice) =>
			literals.some(
				({ start, end }) => start < splice.start && splice.end < end,
			),
		);
}

function isText(type: string): boolean {
	return type === "StringLiteral" || type === "TemplateLiteral";
}

/** Words must stay apart; white space beside signs may come and go. */
function folded(text: string): RegExp {
	const tokens = text.match(/\w+|[^\s\w]/g) ?? [];
	const parts = tokens.map((token, n) => {
		const isWord = /\w/.test(token) && /\w/.test(tokens[n - 1] ?? "");
		return `${n === 0 ? "" : isWord ? "\\s+" : "\\s*"}${/\w/.test(token) ? token : `\\${token}`}`;
	});
	return new RegExp(parts.join(""), "g");
}
