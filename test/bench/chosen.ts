import { type Options, type Part, UsageError } from "./options.ts";
import { names, type Subject } from "./subjects.ts";

/** Parts that are subjects, and those that need some of them. */
const GROUPS = ["ours", "ceilings", "rivals"] as const;

/**
 * Picks the subjects that the options ask for.
 *
 * @throws UsageError if a part that they ask for would have nothing to measure
 */
export function chosen(
	all: readonly Subject[],
	{ only, match }: Pick<Options, "only" | "match">,
): Subject[] {
	const subjects = all.filter(
		({ name, group }) => only.has(group) && match.test(name),
	);
	const has = (...wanted: string[]) =>
		wanted.every((name) => subjects.some((one) => one.name === name));
	const require = (part: Part, isMet: boolean, what: string) => {
		if (!only.has(part) || isMet) return;
		throw new UsageError(
			`${part} measures ${what}, and none is chosen: ask for more in --only and --match, as in --only ours,ceilings,${part}. The subjects are:\n${listOf(all)}`,
		);
	};
	if (GROUPS.some((group) => only.has(group)) && subjects.length === 0)
		throw new UsageError(
			`No subject of --only matches ${match}. The subjects are:\n${listOf(all)}`,
		);
	require("cost", subjects.some(
		({ counts }) => counts > 0,
	), "subjects that count");
	require("latency", has(
		names.single,
		names.emptyObject,
	), `${names.single} and ${names.emptyObject}`);
	return subjects;
}

function listOf(subjects: readonly Subject[]): string {
	return subjects.map(({ group, name }) => `  ${group}: ${name}`).join("\n");
}
