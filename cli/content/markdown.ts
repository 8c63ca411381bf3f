import { Marked } from "marked";
import { readJson, readTypeScript } from "./code.ts";

/** Formatters lay out these languages inside Markdown, too. */
const languages: Readonly<Record<string, (text: string) => string>> = {
	ts: readTypeScript,
	json: readJson,
};

const marked = new Marked({
	renderer: {
		// Encoded, because white space counts here.
		code: ({ text, lang = "" }) =>
			`<pre>${lang} ${encodeURIComponent(languages[lang]?.(text) ?? text)}</pre>`,
	},
});

/** Matches the line by which a formatter says that it was here. */
const PRAGMA = /^<!--\s*@(format|prettier)\s*-->/;

/**
 * Reads Markdown: the page that it makes, wherever its lines end, and what the
 * page does not show.
 */
export function readMarkdown(text: string): string {
	const tokens = marked.lexer(text.replace(PRAGMA, ""));
	const page = marked.parser(tokens).replaceAll(/\s+/g, " ").trim();
	return JSON.stringify([page, tokens.links]);
}
