import type { Answer } from "../ui/reporter.ts";
import { printable } from "../ui/text.ts";
import { type Sum, sumText } from "./counters.ts";
import type { Imported, Mode } from "./import.ts";
import { pastText } from "./imported-past.ts";
import { MAX_NAMED, notVerified } from "./verify.ts";

/** Result of an import. */
export interface ImportRun {
	url: string;
	mode: Mode;
	counters: Sum;
	imported: Imported;
}

/** Words the result for people. */
export function importedText({ mode, counters, imported }: ImportRun): string {
	const { repeated, wrong, higher, past } = imported;
	const lines = [`imported ${sumText(counters)}`];
	if (mode === "add" && repeated > 0)
		lines.push(
			`${repeated} of them had been counted already, and were not counted again`,
		);
	if (wrong.length > 0) {
		const { what, why } = notVerified(wrong, mode === "add");
		lines.push(printable(what), `hint: ${why}`);
	} else if (mode === "replace")
		lines.push("verified: the exact totals are these values");
	else
		lines.push(
			`verified: the exact totals rose by ${higher.length > 0 ? "no less than" : "exactly"} these values${repeated > 0 ? ", where they were not counted before" : ""}`,
		);
	if (past) lines.push(...pastText(past));
	return lines.join("\n");
}

/** Makes the answer for `--json`. */
export function importedAnswer(run: ImportRun): Answer {
	const { url, mode, counters, imported } = run;
	const { requests, repeated, wrong, higher, past } = imported;
	return {
		ok: wrong.length === 0,
		diagnostics: wrong.length > 0 ? [notVerified(wrong, mode === "add")] : [],
		url,
		mode,
		counters: counters.counters,
		sum: String(counters.sum),
		requests,
		repeated,
		wrong: wrong.length,
		higher: higher.length,
		...(past !== undefined && { past }),
		differences: [...wrong, ...higher].slice(0, MAX_NAMED),
	};
}
