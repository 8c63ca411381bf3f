import { isValues, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Path, Source } from "./source.ts";

/**
 * Finds contradictions in the lives of namespaces: a former key that is still
 * configured, taken over twice, or both taken over and removed.
 */
export function lifeProblems(source: Source, file: Values): ConfigProblem[] {
	const namespaces = isValues(file.namespaces) ? file.namespaces : {};
	const problems: ConfigProblem[] = [];
	const report = (path: Path, what: string, fix: string) =>
		problems.push({
			code: "contradiction",
			what,
			fix,
			where: source.placeOfValue(source.locate(path)),
		});

	const renamedTo = new Map<unknown, string>();
	for (const [key, own] of Object.entries(namespaces)) {
		const from = isValues(own) ? own.renamedFrom : undefined;
		if (typeof from !== "string") continue;
		const path = ["namespaces", key, "renamedFrom"];
		const other = renamedTo.get(from);
		if (Object.hasOwn(namespaces, from))
			report(
				path,
				`\`${key}\` is said to be renamed from \`${from}\`, which is a namespace of this file`,
				`remove the line, or the namespace \`${from}\``,
			);
		else if (other !== undefined)
			report(
				path,
				`both \`${other}\` and \`${key}\` are said to be renamed from \`${from}\``,
				"remove one of the two lines: counts cannot be in two places",
			);
		else renamedTo.set(from, key);
	}

	const removed = Array.isArray(file.removed) ? file.removed : [];
	for (const [at, key] of removed.entries()) {
		const other = renamedTo.get(key);
		if (Object.hasOwn(namespaces, String(key)))
			report(
				["removed", at],
				`\`${key}\` is listed as removed, and is a namespace of this file`,
				"take it out of the list, or remove the namespace",
			);
		else if (other !== undefined)
			report(
				["removed", at],
				`\`${key}\` is listed as removed, and \`${other}\` is said to be renamed from it`,
				"take it out of the list: its counts went along",
			);
	}
	return problems;
}
