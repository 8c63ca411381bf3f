import {
	type ErrorCode,
	isCollection,
	isScalar,
	type Node,
	visit,
	type YAMLError,
} from "yaml";
import type { Diagnostic } from "../errors.ts";
import type { ConfigCode, ConfigProblem } from "./problem.ts";
import type { Source } from "./source.ts";

/** Most problems that are reported: past these the parser guesses. */
const MAX_PROBLEMS = 20;

/** Reports the errors of the YAML parser, in words for someone who edits the file. */
export function syntaxProblems(source: Source): ConfigProblem[] {
	const { errors, warnings } = source.doc;
	const byLine = new Map<number | undefined, ConfigProblem>();
	for (const error of [...errors, ...warnings].slice(0, MAX_PROBLEMS)) {
		// Once it has stumbled, the parser does not know what belongs where.
		if (byLine.size > 0 && error.code === "UNEXPECTED_TOKEN") continue;
		const code: ConfigCode =
			error.code === "MULTIPLE_DOCS" ? "several-documents" : "yaml-syntax";
		const open = isUnclosed(error, source.text)
			? opening(source, error.pos[0])
			: undefined;
		const [start, end] = open?.range ?? error.pos;
		const where = source.place(start, open ? start + 1 : end);
		// One slip makes the parser stumble on; its first word is the useful one.
		if (!byLine.has(where.line))
			byLine.set(where.line, {
				code,
				...explainSyntaxError(error, source.text),
				where,
			});
	}
	return [...byLine.values()];
}

/** Finds the last quote or bracket before `offset` that encloses it. */
function opening(source: Source, offset: number): Node | undefined {
	let found: Node | undefined;
	visit(source.doc, {
		Node(_, node) {
			const opens = isScalar(node)
				? node.type?.startsWith("QUOTE")
				: isCollection(node) && node.flow;
			const [start = 0, , end = 0] = node.range ?? [];
			if (opens && start < offset && offset <= end + 1) found = node;
		},
	});
	return found;
}

type Explanation = Pick<Diagnostic, "what" | "why" | "fix">;

const tab: Explanation = {
	what: "YAML cannot be indented with tabs",
	fix: "indent with spaces",
};

const explanations: Partial<Record<ErrorCode, Explanation>> = {
	TAB_AS_INDENT: tab,
	MULTIPLE_DOCS: {
		what: "the file holds more than one YAML document",
		fix: "remove the `---` and one of the documents",
	},
	MULTILINE_IMPLICIT_KEY: {
		what: "a key must be followed by `:` on the same line",
		fix: "add the colon and a value",
	},
	NON_STRING_KEY: {
		what: "a key must be plain text",
		fix: "write the name itself",
	},
	RESOURCE_EXHAUSTION: {
		what: "lists and maps lie too deep in one another",
	},
	BAD_DIRECTIVE: {
		what: "this line, which starts with `%`, is not understood",
		fix: "remove the line",
	},
	MULTIPLE_ANCHORS: {
		what: "a value has one name (`&name`) at most",
		fix: "remove one of the two",
	},
	MULTIPLE_TAGS: {
		what: "a value has one tag (`!!type`) at most",
		fix: "remove the tags",
	},
	BAD_INDENT: {
		what: "this line is indented differently from its neighbours",
		fix: "line it up with the other keys of its map",
	},
};

/** Puts an error of the YAML parser into words for someone who edits the file. */
export function explainSyntaxError(
	error: YAMLError,
	text: string,
): Explanation {
	const { code, message, pos } = error;
	const at = text.slice(...pos);
	if (isTabbed(error, text)) return tab;
	if (text.slice(pos[0] - 1, pos[0] + 1) === "${")
		return {
			what: "a variable inside [ ] or { } must stand in quotes",
			fix: `write "\${NAME}", or put the value on a line of its own`,
		};
	if (isUnclosed(error, text)) {
		const quote = /^Missing closing (.)/.exec(message)?.[1];
		return {
			what: `this ${quote ? "quote" : "bracket"} is not closed`,
			fix: `add the missing \`${quote ?? message.at(-1)}\``,
		};
	}
	if (message.startsWith("Implicit map keys"))
		return {
			what: `\`${at}\` has no value`,
			fix: "write a colon and a space between a key and its value",
		};
	if (code === "BLOCK_AS_IMPLICIT_KEY") {
		const [line] = text.slice(pos[0]).split("\n", 1);
		return /:\s/.test(`${line}\n`)
			? {
					what: "a value that contains `: ` must stand in quotes",
					fix: "put it in quotes; if it is a map, put its keys on lines below",
				}
			: {
					what: "the line after this one is indented too far",
					fix: "line it up with the keys of its map",
				};
	}
	if (message.startsWith("Unexpected block-seq-ind"))
		return {
			what: "a list cannot start on the line of its key",
			fix: "put each entry on a line below, or all of them in brackets: [a, b]",
		};
	if (code === "BAD_DQ_ESCAPE")
		return {
			what: `\`${text.slice(pos[0], pos[0] + 2)}\` means nothing inside double quotes`,
			fix: "use single quotes, in which a backslash is itself",
		};
	if (code === "BAD_SCALAR_START")
		return {
			what: `a value cannot start with \`${at}\``,
			fix: "put the value in quotes",
		};
	if (code === "TAG_RESOLVE_FAILED")
		return {
			what: `\`${at}\` is not a known tag`,
			fix: "remove the tag",
		};
	return (
		explanations[code] ?? {
			what: "this does not belong here",
			why: `the YAML parser says: ${message}`,
			fix: "check the quotes, brackets and indentation before it",
		}
	);
}

/** Tells whether the parser met the end of a quote or bracket that does not close. */
export function isUnclosed(error: YAMLError, text: string): boolean {
	return (
		/^Missing closing|and end with a/.test(error.message) &&
		!isTabbed(error, text)
	);
}

/** Tells whether the parser missed an indentation that the reader sees as tabs. */
function isTabbed({ code, pos }: YAMLError, text: string): boolean {
	const line = text.slice(text.lastIndexOf("\n", pos[0] - 1) + 1, pos[0]);
	return code === "BAD_INDENT" && /^ *\t\s*$/.test(line);
}
