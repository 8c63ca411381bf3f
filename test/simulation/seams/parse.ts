import { type ParserOptions, parse, parseExpression } from "@babel/parser";
import { isNode, type Node } from "./node.ts";

const OPTIONS: ParserOptions = {
	sourceType: "module",
	plugins: ["typescript"],
	allowReturnOutsideFunction: true,
};

/** Errors that a piece of code may have: its class and its loop are elsewhere. */
const ELSEWHERE = new Set([
	"InvalidPrivateFieldResolution",
	"IllegalBreakContinue",
]);

/** Parses a whole file. */
export function parseFile(source: string): Node {
	return nodeOf(parse(source, OPTIONS).program);
}

/**
 * Parses a piece of a method: an expression or, if it is none, statements.
 *
 * @throws if it is neither
 */
export function parsePiece(code: string): Node[] {
	const options = { ...OPTIONS, errorRecovery: true };
	try {
		return [nodeOf(checked(parseExpression(code, options)))];
	} catch {
		const { body } = nodeOf(checked(parse(code, options)).program);
		return (body as unknown[]).map(nodeOf);
	}
}

function nodeOf(value: unknown): Node {
	if (isNode(value)) return value;
	throw new Error("There is no node");
}

/** Lets only those errors pass that come from what is around a piece. */
function checked<T extends { errors?: unknown }>(parsed: T): T {
	const errors = (parsed.errors ?? []) as { reasonCode: string }[];
	const [error] = errors.filter(({ reasonCode }) => !ELSEWHERE.has(reasonCode));
	if (error) throw error;
	return parsed;
}
