import { isValues, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Path, Source } from "./source.ts";

/**
 * What contradicts itself in the lives of namespaces: a former key that is
 * still configured, taken over twice, or both taken over and removed.
 */
export function lifeProblems(source: Source, file: Values): ConfigProblem[] {
	const namespaces = isValues(file.namespaces) ? file.namespaces : {};
	const problems: ConfigProblem[] = [];
	const tell = (path: Path, what: string, fix: string) =>
		problems.push({
			code: "contradiction",
			what,
			fix,
			where: source.placeOfValue(source.locate(path)),
		});

	const heirs = new Map<unknown, string>();
	for (const [key, own] of Object.entries(namespaces)) {
		const from = isValues(own) ? own.renamedFrom : undefined;
		if (typeof from !== "string") continue;
		const path = ["namespaces", key, "renamedFrom"];
		const heir = heirs.get(from);
		if (Object.hasOwn(namespaces, from))
			tell(
				path,
				`\`${key}\` is said to be renamed from \`${from}\`, which is a namespace of this file`,
				`remove the line, or the namespace \`${from}\``,
			);
		else if (heir !== undefined)
			tell(
				path,
				`both \`${heir}\` and \`${key}\` are said to be renamed from \`${from}\``,
				"remove one of the two lines: counts cannot be in two places",
			);
		else heirs.set(from, key);
	}

	const removed = Array.isArray(file.removed) ? file.removed : [];
	for (const [at, key] of removed.entries()) {
		const heir = heirs.get(key);
		if (Object.hasOwn(namespaces, String(key)))
			tell(
				["removed", at],
				`\`${key}\` is listed as removed, and is a namespace of this file`,
				"take it out of the list, or remove the namespace",
			);
		else if (heir !== undefined)
			tell(
				["removed", at],
				`\`${key}\` is listed as removed, and \`${heir}\` is said to be renamed from it`,
				"take it out of the list: its counts went along",
			);
	}
	return problems;
}
