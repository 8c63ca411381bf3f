import { table } from "../bench/table.ts";
import { excerpt } from "./equivalent.ts";
import type { Judged, Judgement, Verdict } from "./judge.ts";

const HEADER = [
	"file",
	"mutants",
	"caught",
	"of these by a deadline",
	"equivalent",
	"survived",
	"no coverage",
	"caught, %",
];

/** The whole report, as Markdown. */
export function report({ judged, stale, missing }: Judgement): string {
	const listed = (verdict: Verdict, title: string) =>
		section(title, judged.filter((one) => one.verdict === verdict).map(lineOf));
	return [
		tableOf(judged),
		...listed("survived", "Survived"),
		...listed("no coverage", "Reached by no test"),
		...listed("equivalent", "Known to survive"),
		...section(
			"Stale entries of test/mutation/known.ts",
			stale.map(
				({ entry, why }) =>
					`${entry.file}, ${entry.within || "top"}: ${change(entry.original, entry.replacement)}: ${why}`,
			),
		),
		...section(
			"Without a result",
			missing.map(({ file, line, column }) => `${file}:${line}:${column}`),
		),
	].join("\n\n");
}

/** The share of mutants that were caught, of those that can be; in percent. */
export function score(judged: readonly Judged[]): number {
	const counted = judged.filter(({ verdict }) => verdict !== "equivalent");
	const caught = counted.filter(({ verdict }) => verdict === "caught");
	return counted.length === 0 ? 100 : (100 * caught.length) / counted.length;
}

function tableOf(judged: readonly Judged[]): string {
	const files = Map.groupBy(judged, ({ mutant }) => mutant.file);
	const rows = [...files]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([file, those]) => row(file.replace("templates/runtime/", ""), those));
	return table(HEADER, [...rows, row("all", judged)]);
}

function row(name: string, judged: readonly Judged[]): string[] {
	const count = (verdict: Verdict) =>
		judged.filter((one) => one.verdict === verdict).length;
	const numbers = [
		judged.length,
		count("caught"),
		judged.filter(({ timedOut }) => timedOut).length,
		count("equivalent"),
		count("survived"),
		count("no coverage"),
	];
	return [name, ...numbers.map(String), score(judged).toFixed(1)];
}

function lineOf({ mutant, reason }: Judged): string {
	const { file, line, column, within, mutator, original, replacement } = mutant;
	const place = `${file}:${line}:${column}, ${within || "top"}`;
	const what = `${place}, ${mutator}: ${change(original, replacement)}`;
	return reason === undefined ? what : `${what}: ${reason}`;
}

function change(original: string, replacement: string): string {
	return `${code(original)} → ${code(replacement)}`;
}

function code(text: string): string {
	const line = excerpt(text);
	const runs = line.match(/`+/g) ?? [];
	if (runs.length === 0) return `\`${line}\``;
	// Backticks of the code need one more of them around it.
	const fence = "`".repeat(Math.max(...runs.map((run) => run.length)) + 1);
	return `${fence} ${line} ${fence}`;
}

/** A heading and a list, or nothing if the list is empty. */
function section(title: string, lines: readonly string[]): string[] {
	if (lines.length === 0) return [];
	return [
		`## ${title} (${lines.length})`,
		lines.map((line) => `- ${line}`).join("\n"),
	];
}
