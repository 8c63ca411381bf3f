import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { shown } from "../files/paths.ts";
import { discarded, isLayoutOnly, type Plan } from "./plan.ts";
import { byName } from "./rendered.ts";
import { shownOutput, type Target } from "./target.ts";

interface Patch {
	path: string;
	before?: string;
	after?: string;
	binary?: true;
}

/**
 * Shows the changes of a run as a patch that `git apply` takes in the current
 * directory, with those of files that were edited or are not ours. The lock is
 * left out, and what differs in layout only.
 */
export function unifiedDiff({ target, changes, conflicts }: Plan): string {
	return patch(target, [
		...changes.filter((one) => !isLayoutOnly(one)),
		...conflicts.filter((one) => one.kind !== "obstructed"),
	]);
}

/** Shows the edits that a run discards: `git apply -R` brings them back. */
export function discardedDiff({ target, changes }: Plan): string {
	return patch(target, discarded(changes));
}

function patch(target: Target, patches: readonly Patch[]): string {
	return patches
		.toSorted((a, b) => byName(a.path, b.path))
		.map(({ path, before, after, binary }) => {
			const name = shownOutput(target, path);
			// In git's words, which `git apply` passes over.
			if (binary) return `Binary files a/${name} and b/${name} differ\n`;
			return createTwoFilesPatch(
				before === undefined ? "/dev/null" : `a/${name}`,
				after === undefined ? "/dev/null" : `b/${name}`,
				before ?? "",
				after ?? "",
				undefined,
				undefined,
				{ headerOptions: FILE_HEADERS_ONLY },
			);
		})
		.join("");
}

const words = {
	update: "changed",
	create: "missing",
	remove: "stale",
	edited: "edited by hand",
	foreign: "not ours",
	obstructed: "obstructed",
} as const;

/**
 * Lists the differences of the disk, a line a file; empty if there are none.
 */
export function driftList(plan: Plan): string[] {
	const { target, changes, conflicts, kept, lockChanged } = plan;
	const drift: { path: string; word: string }[] = [
		...[...changes.filter((one) => !isLayoutOnly(one)), ...conflicts].map(
			({ path, kind }) => ({
				path,
				word: words[kind],
			}),
		),
		...kept.map((path) => ({ path, word: "stale, edited by hand" })),
	];
	const lines = drift
		.sort((a, b) => byName(a.path, b.path))
		.map(({ path, word }) => `${shownOutput(target, path)}: ${word}`);
	if (lockChanged)
		lines.push(`${shown(target, target.lockFile)}: ${lockWord(plan)}`);
	return lines;
}

function lockWord({ interrupted, lockMissing }: Plan): string {
	if (interrupted) return "a run was interrupted";
	return lockMissing ? "missing" : "out of date";
}
