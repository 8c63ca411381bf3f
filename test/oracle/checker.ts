import { judgeFinal } from "../../cli/load/final.ts";
import {
	effectsOf,
	keysCountedTwice,
	type Operation,
	type ReadLevel,
	type ReadRequest,
	type ResetRequest,
} from "../../cli/load/history.ts";
import { doneAt, type Staleness, windowOf } from "../../cli/load/window.ts";

const LEVELS: readonly ReadLevel[] = ["kv", "global", "exact"];

export interface CheckOptions {
	/** Freshness promised where nothing fails; none: how late is not judged. */
	staleness?: Staleness;
	/** The values once everything came to rest. */
	final?: ReadonlyMap<string, number>;
	/**
	 * Moment at which the totals were lost. What began before may be in an exact read,
	 * and not in a later one, once its shard hears that the lost totals had it.
	 */
	lostAt?: number;
}

/**
 * Judges a history of increments, reads and resets.
 *
 * Every read must lie between what was acknowledged before it began and what
 * was attempted before it ended (Jepsen's counter check), later reads must not
 * know less than earlier ones, and the final values must be what was
 * acknowledged plus some of what is indeterminate (Maelstrom's pn-counter).
 *
 * @returns the violations in words; none if all is well
 */
export function checkHistory(
	history: readonly Operation[],
	{ staleness = {}, final, lostAt = -Infinity }: CheckOptions = {},
): string[] {
	const effects = effectsOf(history);
	const resets = history.filter((one) => one.kind === "reset");
	const reads = history.filter((one) => one.kind === "read");
	const findings = keysCountedTwice(effects).map(
		(key) => `key ${key} was acknowledged for two different requests`,
	);
	for (const read of reads)
		for (const [counter, value] of read.values) {
			const { min, max } = windowOf(counter, read, effects, resets, staleness);
			if (value < min || value > max)
				findings.push(
					`${describe(read, counter)}, must be from ${min} to ${max}`,
				);
		}
	const canFall = new Set(
		effects.flatMap(({ entries }) =>
			entries.filter(([, by]) => by < 0).map(([name]) => name),
		),
	);
	const maybeLost = new Map<string, number>();
	for (const { begin, entries } of effects)
		for (const [name, by] of begin < lostAt ? entries : [])
			maybeLost.set(name, (maybeLost.get(name) ?? 0) + by);
	findings.push(...judgeOrder(reads, resets, canFall, maybeLost));
	if (final) findings.push(...judgeFinal(final, effects, resets));
	return findings;
}

/** Checks that no read knows less than one that ended before it began. */
function judgeOrder(
	reads: readonly ReadRequest[],
	resets: readonly ResetRequest[],
	canFall: ReadonlySet<string>,
	maybeLost: ReadonlyMap<string, number>,
): string[] {
	const findings: string[] = [];
	const sorted = reads.toSorted((a, b) => a.begin - b.begin);
	for (const [n, later] of sorted.entries())
		for (const earlier of sorted.slice(0, n)) {
			if (earlier.end >= later.begin) continue;
			if (LEVELS.indexOf(earlier.level) > LEVELS.indexOf(later.level)) continue;
			if (
				later.level === "kv" &&
				(later.asOf ?? -Infinity) < (earlier.asOf ?? -Infinity)
			)
				findings.push(
					`kv went back from asOf ${earlier.asOf} (read at ${earlier.begin}) to ${later.asOf} (read at ${later.begin})`,
				);
			for (const [counter, value] of later.values) {
				const before = earlier.values.get(counter) ?? value;
				const lost =
					earlier.level === "exact" ? (maybeLost.get(counter) ?? 0) : 0;
				if (value >= before - lost || canFall.has(counter)) continue;
				if (!mayHaveReset(resets, counter, earlier, later))
					findings.push(
						`${describe(later, counter)}, after ${describe(earlier, counter)}`,
					);
			}
		}
	return findings;
}

function mayHaveReset(
	resets: readonly ResetRequest[],
	counter: string,
	earlier: ReadRequest,
	later: ReadRequest,
): boolean {
	return resets.some(
		(reset) =>
			reset.outcome !== "refused" &&
			(reset.counter ?? counter) === counter &&
			reset.begin <= later.end &&
			doneAt(reset, earlier.level) >= earlier.begin,
	);
}

function describe({ level, values, begin, end }: ReadRequest, counter: string) {
	return `${level} read of ${counter} from ${begin} to ${end} answered ${values.get(counter)}`;
}
