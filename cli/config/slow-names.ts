import { isSafe } from "redos-detector";
import type { ConfigProblem } from "./codes.ts";
import type { Namespace } from "./schema.ts";
import type { Source } from "./source.ts";

/**
 * Ways to match one text, past which an expression is slow; and steps to find
 * that out with, which take a second or two at worst. A longer search finds
 * next to nothing that people write.
 */
const bounds = { maxScore: 20_000, maxSteps: 8_000, timeout: Infinity };

/** Environments and `defaults` repeat expressions, and one can take a second. */
const known = new Map<string, boolean>();

/** Whether a text is sure to exist that keeps the expression busy. */
function isSlow(names: string): boolean {
	try {
		return isSafe(new RegExp(names, "u"), bounds).error === "hitMaxScore";
	} catch {
		// Named groups, and what else is newer than its parser.
		return false;
	}
}

/** An expression that a caller's name can keep busy. */
export function* slowNames(
	{ key, names }: Namespace,
	source: Source,
): Generator<ConfigProblem> {
	if (typeof names !== "string") return;
	const slow = known.get(names) ?? isSlow(names);
	known.set(names, slow);
	if (!slow) return;
	yield {
		code: "slow-names",
		what: "`names` can take very long to refuse a name",
		why: "it tries every way to match before it gives up; whoever may count chooses the text, and you pay for the time",
		fix: "let each character be matched in one way only, as in '^[a-z]+(-[a-z]+)*$' for '^([a-z]+-?)*$'; or list the names",
		where: source.placeOfValue(source.locate(["namespaces", key, "names"])),
	};
}
