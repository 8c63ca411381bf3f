import { Lexer, parse } from "yaml";

/** Goes before a scalar, whose text may begin like a comment. */
const SCALAR = "\u001f";

/** Words that formatters add to say that they were here. */
const PRAGMA = /^@(format|prettier)$/;

/** Reads YAML: its data, with the order of keys, and its comments. */
export function readYaml(text: string): string {
	const tokens = [...new Lexer().lex(text)];
	const comments = tokens
		.filter((one, at) => one.startsWith("#") && tokens[at - 1] !== SCALAR)
		.map((comment) => comment.slice(1).trim())
		.filter((comment) => !PRAGMA.test(comment));
	return JSON.stringify([parse(text), comments]);
}
