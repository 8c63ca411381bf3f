import { parse } from "./judge.ts";
import { type Entry, fingerprint, type Model } from "./model.ts";
import type { Verdict } from "./oracle.ts";
import type { Place } from "./route.ts";
import type { Answer } from "./shot.ts";

/**
 * Takes up in the model what an answer says was done.
 *
 * @returns its contradictions
 */
export function account(
	model: Model,
	verdict: Verdict,
	{ status, headers, body }: Answer,
): string[] {
	const { entries, key, place } = verdict;
	const isRepeated = headers.get("idempotent-replayed") === "true";
	if (status >= 500 && entries) model.perhaps(entries, key);
	if (status !== 200 && status !== 304) return [];
	const answer = parse(body);
	if (place.route?.kind === "reset" || isReset(answer)) {
		model.reset(place.route?.param);
		return [];
	}
	const isShown = /^image\//.test(headers.get("content-type") ?? "");
	const counted = isHit(place) || isShown ? entries : countedBy(answer);
	if (!counted && (isHit(place) || isShown)) model.perhapsAnything(key);
	if (!counted) return [];
	const findings: string[] = [];
	if (
		entries &&
		!(verdict.open || verdict.anything) &&
		fingerprint(entries) !== fingerprint(counted)
	)
		findings.push(
			`it says that it counted ${JSON.stringify(counted).slice(0, 300)}`,
		);
	if (key !== undefined && model.keys.has(key)) {
		const before = model.keys.get(key);
		if (before !== undefined && !isRepeated)
			findings.push("its key counted before, and it does not say so");
	} else if (isRepeated) findings.push("it says that its key counted before");
	if (!isRepeated) model.count(counted);
	if (key !== undefined) model.keys.set(key, fingerprint(counted));
	return findings;
}

/** Tells whether an answer does not say what it counted. */
function isHit({ route }: Place): boolean {
	return route?.kind === "hit";
}

function isReset(answer: unknown): boolean {
	return typeof answer === "object" && answer !== null && "reset" in answer;
}

/** Reads from an answer to an increment what it counted. */
function countedBy(answer: unknown): Entry[] | undefined {
	if (typeof answer !== "object" || answer === null || !("shard" in answer))
		return undefined;
	if ("counters" in answer) return Object.entries(answer.counters as object);
	if ("counter" in answer && "by" in answer)
		return [[String(answer.counter), Number(answer.by)]];
	return undefined;
}
