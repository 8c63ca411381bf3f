import type { MutantStatus } from "@stryker-mutator/api/core";
import { type Equivalent, keyOf } from "./equivalent.ts";
import { identify, type Mutant } from "./mutant.ts";

/** Result for a mutant. */
export type Verdict = "caught" | "survived" | "equivalent" | "no coverage";

export interface Judged {
	mutant: Mutant;
	verdict: Verdict;
	/** Caught by a deadline: it goes on for ever, or far too slowly. */
	timedOut: boolean;
	/** Reason to let it survive. */
	reason?: string;
}

/** An entry of the known ones that no longer holds. */
export interface Stale {
	entry: Equivalent;
	why: "there is no such mutant" | "it is caught";
}

export interface Judgement {
	judged: Judged[];
	stale: Stale[];
	/** Those of which the tool reported nothing. */
	missing: Mutant[];
}

/**
 * Compares what became of mutants with those that are known to survive.
 *
 * @param all every mutant that there is
 * @param run those that were run
 */
export function judge(
	all: readonly Mutant[],
	run: readonly Mutant[],
	statuses: ReadonlyMap<string, MutantStatus>,
	known: readonly Equivalent[],
): Judgement {
	const reasons = new Map(known.map((entry) => [keyOf(entry), entry.reason]));
	const judged: Judged[] = [];
	const missing: Mutant[] = [];
	for (const mutant of run) {
		const status = statuses.get(identify(mutant));
		if (status === undefined) missing.push(mutant);
		else judged.push(judgeOne(mutant, status, reasons.get(keyOf(mutant))));
	}
	return { judged, missing, stale: findStale(all, judged, known) };
}

function judgeOne(
	mutant: Mutant,
	status: MutantStatus,
	reason: string | undefined,
): Judged {
	const timedOut = status === "Timeout";
	const survives = status === "Survived" || status === "NoCoverage";
	if (survives && reason !== undefined)
		return { mutant, timedOut, verdict: "equivalent", reason };
	switch (status) {
		case "Survived":
			return { mutant, timedOut, verdict: "survived" };
		case "NoCoverage":
			return { mutant, timedOut, verdict: "no coverage" };
		// Tests that cannot even begin fail, too.
		case "RuntimeError":
		case "Killed":
		case "Timeout":
			return { mutant, timedOut, verdict: "caught" };
		default:
			throw new Error(`${identify(mutant)} is ${status}`);
	}
}

/** An entry holds as long as one of its mutants that were run survives. */
function findStale(
	all: readonly Mutant[],
	judged: readonly Judged[],
	known: readonly Equivalent[],
): Stale[] {
	const there = new Set(all.map(keyOf));
	const verdicts = Map.groupBy(judged, ({ mutant }) => keyOf(mutant));
	return known.flatMap((entry): Stale[] => {
		const key = keyOf(entry);
		if (!there.has(key)) return [{ entry, why: "there is no such mutant" }];
		const run = verdicts.get(key) ?? [];
		return run.length > 0 && run.every(({ verdict }) => verdict === "caught")
			? [{ entry, why: "it is caught" }]
			: [];
	});
}
