import type { MutantStatus } from "@stryker-mutator/api/core";
import { expect, test } from "vitest";
import type { Equivalent } from "./equivalent.ts";
import { type Judgement, judge } from "./judge.ts";
import { identify, type Mutant } from "./mutant.ts";
import { report, score } from "./report.ts";

/** A mutant of a line of its own. */
function mutant(line: number, file = "shard/outbox.ts"): Mutant {
	return {
		file: `templates/runtime/${file}`,
		line,
		column: 3,
		endLine: line,
		endColumn: 8,
		mutator: "EqualityOperator",
		original: `a < ${line}`,
		replacement: `a <= ${line}`,
		within: "Outbox.#settle",
	};
}

function known(line: number): Equivalent {
	return {
		file: "shard/outbox.ts",
		within: "Outbox.#settle",
		original: `a < ${line}`,
		replacement: `a <= ${line}`,
		reason: "never equal",
	};
}

/** Judges mutants in line 1 and on. */
function found(
	statuses: readonly MutantStatus[],
	known: readonly Equivalent[] = [],
): Judgement {
	const mutants = statuses.map((_, n) => mutant(n + 1));
	return judge(
		[...mutants, mutant(99)],
		mutants,
		new Map(
			mutants.map((one, n) => [identify(one), statuses[n] as MutantStatus]),
		),
		known,
	);
}

test("what fails, ends too late or cannot even begin is caught", () => {
	const { judged } = found(["Killed", "Timeout", "RuntimeError"]);
	expect(judged.map(({ verdict }) => verdict)).toEqual(Array(3).fill("caught"));
	expect(judged.map(({ timedOut }) => timedOut)).toEqual([false, true, false]);
});

test("a known survivor counts neither as caught nor as a gap", () => {
	const { judged, stale } = found(
		["Killed", "Survived", "Survived", "NoCoverage"],
		[known(2)],
	);
	expect(judged.map(({ verdict }) => verdict)).toEqual([
		"caught",
		"equivalent",
		"survived",
		"no coverage",
	]);
	expect(judged[1]?.reason).toBe("never equal");
	expect(score(judged)).toBeCloseTo(100 / 3);
	expect(stale).toEqual([]);
});

test("an entry is stale when its mutant is caught or gone, not when it was not run", () => {
	const entries = [known(1), known(2), known(50), known(99)];
	expect(found(["Killed", "Survived"], entries).stale).toEqual([
		{ entry: known(1), why: "it is caught" },
		{ entry: known(50), why: "there is no such mutant" },
	]);
});

test("what the tool says nothing of is missing, not caught", () => {
	const mutants = [mutant(1), mutant(2)];
	const statuses = new Map([[identify(mutant(1)), "Killed" as const]]);
	const judgement = judge(mutants, mutants, statuses, []);
	expect(judgement.missing).toEqual([mutant(2)]);
	expect(report(judgement)).toContain("## Without a result (1)");
});

test("a status that nobody expects is an error", () => {
	expect(() => found(["Pending"])).toThrow("is Pending");
});

test("the report is a row a file, all of them, and every survivor", () => {
	const mutants = [mutant(1), mutant(2), mutant(3, "kv/kv.ts")];
	const statuses = new Map(
		mutants.map((one, n): [string, MutantStatus] => [
			identify(one),
			n === 1 ? "Survived" : "Killed",
		]),
	);
	const text = report(judge(mutants, mutants, statuses, []));
	const rows = text
		.split("\n")
		.filter((line) => line.startsWith("| "))
		.map((line) => line.split("|").map((cell) => cell.trim()));
	expect(rows.map((row) => [row[1], row[2], row[3], row[6], row[8]])).toEqual([
		["file", "mutants", "caught", "survived", "caught, %"],
		["---", "---:", "---:", "---:", "---:"].map(() => expect.any(String)),
		["kv/kv.ts", "1", "1", "0", "100.0"],
		["shard/outbox.ts", "2", "1", "1", "50.0"],
		["all", "3", "2", "1", "66.7"],
	]);
	expect(text).toContain(
		"- templates/runtime/shard/outbox.ts:2:3, Outbox.#settle, EqualityOperator: `a < 2` → `a <= 2`",
	);
	expect(text).not.toContain("## Known");
});

test("code with backticks of its own is quoted all the same", () => {
	const one = { ...mutant(1), original: "`SELECT 1`", replacement: "``" };
	const statuses = new Map([[identify(one), "Survived" as const]]);
	expect(report(judge([one], [one], statuses, []))).toContain(
		": `` `SELECT 1` `` → ``` `` ```",
	);
});
