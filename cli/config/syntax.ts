import { isCollection, isScalar, type Node, visit } from "yaml";
import type { ConfigCode, ConfigProblem } from "./codes.ts";
import type { Source } from "./source.ts";
import { isUnclosed, tellSyntaxError } from "./syntax-words.ts";

/** Past these the parser guesses. */
const maxProblems = 20;

/** What the YAML parser had to say, in words for someone who edits the file. */
export function syntaxProblems(source: Source): ConfigProblem[] {
	const { errors, warnings } = source.doc;
	const byLine = new Map<number | undefined, ConfigProblem>();
	for (const error of [...errors, ...warnings].slice(0, maxProblems)) {
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
				...tellSyntaxError(error, source.text),
				where,
			});
	}
	return [...byLine.values()];
}

/** The last quote or bracket before `offset` that takes in what stands there. */
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
