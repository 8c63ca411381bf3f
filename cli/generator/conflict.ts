import type { Diagnostic } from "../errors.ts";
import { shown } from "../files/paths.ts";
import { hasMigrations, legacyMigrations } from "../lifecycle/migrations.ts";
import { counterGen } from "../ui/invocation.ts";
import type { Conflict, Plan } from "./plan.ts";
import { sourceOf } from "./rendered.ts";
import { shownOutput, type Target } from "./target.ts";

/**
 * Explains the conflicts, in the order of the plan; files that were generated
 * from one configuration share a diagnostic.
 */
export function conflictDiagnostics({ conflicts, target }: Plan): Diagnostic[] {
	const diagnostics: Diagnostic[] = [];
	const bySource = new Map<string, Stray[]>();
	for (const one of conflicts) {
		const source = one.kind === "foreign" ? sourceOf(one.before) : undefined;
		if (one.kind !== "foreign" || source === undefined) {
			diagnostics.push(diagnose(one, target));
			if (one.path === "wrangler.toml" && one.kind === "foreign")
				if (hasMigrations(one.before))
					diagnostics.push(legacyMigrations(shownOutput(target, one.path)));
		} else bySource.set(source, [...(bySource.get(source) ?? []), one]);
	}
	for (const [source, files] of bySource)
		diagnostics.push(strayFiles(source, files, target));
	return diagnostics;
}

type Stray = Extract<Conflict, { after: string }>;

/** Explains files that counter-gen wrote, but not as this lock knows. */
function strayFiles(
	source: string,
	files: readonly Stray[],
	target: Target,
): Diagnostic {
	const [first] = files;
	const file = shownOutput(target, first?.path ?? ".");
	const others = files.length > 1 ? ` and ${files.length - 1} more` : "";
	const lock = shown(target, target.lockFile);
	const folder = shown(target, target.outDir);
	const isOurs = first && sourceOf(first.after) === source;
	return {
		code: "foreign-file",
		...(isOurs
			? {
					what: `${file}${others} came from a ${source}, but ${lock} does not know of that.`,
					why: "Without its record an edit of yours could be overwritten. The lock also remembers how many shards ever held counts.",
					fix: `Restore ${lock} from version control; without a copy of it, delete ${folder}. If the files are those of another ${source}, choose another folder with --out.`,
				}
			: {
					what: `${file}${others} came from ${source}.`,
					why: "Two configurations in one folder would overwrite each other's files.",
					fix: `Choose another folder with --out; or delete ${folder} if ${source} is no longer in use.`,
				}),
		where: { file },
	};
}

function diagnose(conflict: Conflict, target: Target): Diagnostic {
	const file = shownOutput(target, conflict.path);
	switch (conflict.kind) {
		case "edited":
			return {
				code: "edited-file",
				what: `${file} was changed since counter-gen wrote it.`,
				why: "Generating would overwrite that change.",
				fix: `Keep your change elsewhere, or drop it: \`${counterGen("generate --discard-edits")}\` shows a diff of it and overwrites the file.`,
				where: { file },
			};
		case "foreign":
			return {
				code: "foreign-file",
				what: `${file} is in the way: counter-gen did not write it.`,
				why: "Generating would overwrite it.",
				fix: `Move or delete the file, or choose another folder with --out, then run \`${counterGen("generate")}\` again.`,
				where: { file },
			};
		case "obstructed": {
			const link = conflict.path === "." && !target.outNamed;
			return {
				code: "path-obstructed",
				what: `${file} should be a ${conflict.wanted}, but something else is there.`,
				why: "counter-gen replaces neither folders nor links, and writes only into real folders.",
				fix: `Move it away, or choose another folder with --out, then run \`${counterGen("generate")}\` again.${link ? ` If it is a link to the right folder, say so: --out ${file}` : ""}`,
				where: { file },
			};
		}
	}
}

/** Warns of files that are no longer generated but were edited. */
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
