import type { Diagnostic } from "../errors.ts";
import { hasMigrations, legacyMigrations } from "./legacy.ts";
import type { Conflict, Plan } from "./plan.ts";
import { shownOutput, type Target } from "./target.ts";

/** A diagnostic a conflict, in the order of the plan, with what helps over it. */
export function conflictDiagnostics(plan: Plan): Diagnostic[] {
	return plan.conflicts.flatMap((one) => {
		const problem = diagnose(one, plan.target);
		const isLegacy =
			one.path === "wrangler.toml" &&
			one.kind === "foreign" &&
			hasMigrations(one.before);
		const file = shownOutput(plan.target, one.path);
		return isLegacy ? [problem, legacyMigrations(file)] : [problem];
	});
}

function diagnose(conflict: Conflict, target: Target): Diagnostic {
	const file = shownOutput(target, conflict.path);
	switch (conflict.kind) {
		case "edited":
			return {
				code: "edited-file",
				what: `${file} was changed since counter-gen wrote it.`,
				why: "Generating would overwrite that change.",
				fix: "Keep your change elsewhere, delete the file, then run counter-gen generate again.",
				where: { file },
			};
		case "foreign":
			return {
				code: "foreign-file",
				what: `${file} is in the way: counter-gen did not write it.`,
				why: "Generating would overwrite it.",
				fix: "Move or delete the file, or choose another folder with --out, then run counter-gen generate again.",
				where: { file },
			};
		case "obstructed":
			return {
				code: "path-obstructed",
				what: `${file} should be a ${conflict.wanted}, but something else is there.`,
				why: "counter-gen replaces neither folders nor links, and writes only into real folders.",
				fix: "Move it away, or choose another folder with --out, then run counter-gen generate again.",
				where: { file },
			};
	}
}

/** Warnings about files that are no longer generated but were edited. */
export function keptWarnings(plan: Plan): Diagnostic[] {
	return plan.kept.map((path) => {
		const file = shownOutput(plan.target, path);
		return {
			code: "stale-file-kept",
			what: `${file} is no longer generated, but was changed since counter-gen wrote it: it stays.`,
			fix: "Delete it if you do not need it; counter-gen no longer looks after it.",
			where: { file },
		};
	});
}
