import type { Effect, ResetRequest } from "./history.ts";
import { sight, windowOf } from "./window.ts";

/** With more possible outcomes, only the bounds are checked. */
const MAX_OUTCOMES = 4_000;

/** A read of everything, after all else has come to rest. */
const AT_REST = { level: "exact", begin: Infinity, end: Infinity } as const;

/**
 * Checks that final values are the acknowledged increments plus some of those
 * whose outcome is not known, each whole or not at all. Returns why not.
 */
export function judgeFinal(
	values: ReadonlyMap<string, number>,
	effects: readonly Effect[],
	resets: readonly ResetRequest[],
): string[] {
	const counters = [...values.keys()];
	const findings: string[] = [];
	for (const counter of counters) {
		const { min, max } = windowOf(counter, AT_REST, effects, resets);
		const value = values.get(counter) ?? 0;
		if (value < min || value > max)
			findings.push(
				`final value of ${counter} is ${value}, must be from ${min} to ${max}`,
			);
	}
	if (findings.length > 0) return findings;
	const target = counters.map((name) => values.get(name)).join();
	const sums = possibleSums(counters, effects, resets);
	if (sums && !sums.has(target))
		return [
			`final values ${target} of ${counters.join(", ")} are not the acknowledged increments plus whole ones of those that are open; possible: ${[...sums.keys()].slice(0, 8).join("; ")}${sums.size > 8 ? " …" : ""}`,
		];
	return [];
}

/** Lists every possible final outcome; undefined if they are too many. */
function possibleSums(
	counters: readonly string[],
	effects: readonly Effect[],
	resets: readonly ResetRequest[],
): Map<string, readonly number[]> | undefined {
	const zero = counters.map(() => 0);
	let sums = new Map<string, readonly number[]>([[zero.join(), zero]]);
	for (const choices of alternatives(counters, effects, resets)) {
		const next: typeof sums = new Map();
		for (const sum of sums.values())
			for (const choice of choices) {
				const total = sum.map((value, n) => value + (choice[n] ?? 0));
				next.set(total.join(), total);
				if (next.size > MAX_OUTCOMES) return undefined;
			}
		sums = next;
	}
	return sums;
}

/** Lists what each effect may have added; rivals for one key share a choice. */
function alternatives(
	counters: readonly string[],
	effects: readonly Effect[],
	resets: readonly ResetRequest[],
): (readonly number[])[][] {
	const byKey = new Map<string, (readonly number[])[]>();
	const all: (readonly number[])[][] = [];
	for (const effect of effects) {
		const ways = outcomes(counters, effect, resets);
		const rivals = effect.key === undefined ? undefined : byKey.get(effect.key);
		if (rivals) {
			rivals.push(...ways);
			continue;
		}
		if (effect.end === Infinity) ways.push(counters.map(() => 0));
		all.push(ways);
		if (effect.key !== undefined) byKey.set(effect.key, ways);
	}
	return all;
}

/** Lists what an effect that happened may have left of itself. */
function outcomes(
	counters: readonly string[],
	effect: Effect,
	resets: readonly ResetRequest[],
): (readonly number[])[] {
	// Takes it as happened; `alternatives` decides about that.
	const happened = { ...effect, end: Math.min(effect.end, Number.MAX_VALUE) };
	let ways: (readonly number[])[] = [[]];
	for (const counter of counters) {
		const by = effect.entries.find(([name]) => name === counter)?.[1] ?? 0;
		const seen =
			by === 0 ? "out" : sight(happened, counter, resets, AT_REST, {});
		const left =
			by === 0 || seen === "out" ? [0] : seen === "in" ? [by] : [0, by];
		ways = ways.flatMap((way) => left.map((value) => [...way, value]));
	}
	return ways;
}
