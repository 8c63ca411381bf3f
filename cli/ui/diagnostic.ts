import type { Diagnostic } from "../errors.ts";
import type { Style } from "./style.ts";

export type Severity = "error" | "warning";

/** `file:line:column`, as far as it is known: editors make it a link. */
function place(where: NonNullable<Diagnostic["where"]>): string {
	return [where.file, where.line, where.column]
		.filter((part) => part !== undefined)
		.join(":");
}

// Control characters, and those that turn the direction of text around: what
// a file holds must neither move the cursor nor read as something else.
const unprintable = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** The same text, but for what a terminal would obey. */
export function printable(text: string): string {
	return text.replaceAll(unprintable, "\ufffd");
}

/** A diagnostic as a person reads it: heading, frame, why, fix. */
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
