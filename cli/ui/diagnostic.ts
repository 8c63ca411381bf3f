import type { Diagnostic } from "../errors.ts";
import type { Style } from "./style.ts";
import { printable } from "./text.ts";

export type Severity = "error" | "warning";

/** Writes `file:line:column`, as far as it is known: editors make it a link. */
function place(where: NonNullable<Diagnostic["where"]>): string {
	return [where.file, where.line, where.column]
		.filter((part) => part !== undefined)
		.join(":");
}

/** Formats a diagnostic for people: heading, frame, why, fix. */
export function formatDiagnostic(
	{ code, what, why, fix, where }: Diagnostic,
	style: Style,
	severity: Severity,
): string {
	const tone = severity === "error" ? "red" : "yellow";
	const at = where ? `${style("bold", printable(place(where)))} ` : "";
	const lines = [
		`${at}${style(tone, severity)} ${style("dim", `[${code}]`)} ${printable(what)}`,
	];
	if (where?.frame) lines.push(printable(where.frame));
	if (why) lines.push(`  ${style("dim", "why:")} ${printable(why)}`);
	if (fix) lines.push(`  ${style("dim", "fix:")} ${printable(fix)}`);
	return lines.join("\n");
}
