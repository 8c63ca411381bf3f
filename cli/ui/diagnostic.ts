import type { Diagnostic } from "../errors.ts";
import type { Style } from "./style.ts";

export type Severity = "error" | "warning";

/** `file:line:column`, as far as it is known: editors make it a link. */
function place(where: NonNullable<Diagnostic["where"]>): string {
	return [where.file, where.line, where.column]
		.filter((part) => part !== undefined)
		.join(":");
}

/** A diagnostic as a person reads it: heading, frame, why, fix. */
export function formatDiagnostic(
	{ code, what, why, fix, where }: Diagnostic,
	style: Style,
	severity: Severity,
): string {
	const tone = severity === "error" ? "red" : "yellow";
	const lines = [
		`${where ? `${style("bold", place(where))} ` : ""}${style(tone, severity)} ${style("dim", `[${code}]`)} ${what}`,
	];
	if (where?.frame) lines.push(where.frame);
	if (why) lines.push(`  ${style("dim", "why:")} ${why}`);
	if (fix) lines.push(`  ${style("dim", "fix:")} ${fix}`);
	return lines.join("\n");
}
