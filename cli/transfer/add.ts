import { CounterGenError } from "../errors.ts";
import { batches } from "./batches.ts";
import type { Wanted } from "./counters.ts";
import type { Sender } from "./send.ts";
import type { Expected } from "./verify.ts";

/**
 * Adds the values, in the order of the file.
 *
 * @param before the exact totals now
 * @param onLine called with the last line that has been counted
 * @returns the totals that must be there now, if nobody else counts
 * @throws CounterGenError `beyond-range`, before anything is sent, if a total
 * would stop short of the sum
 */
export async function add(
	wanted: readonly Wanted[],
	before: ReadonlyMap<string, number>,
	sender: Sender,
	onLine: (line: number) => void,
): Promise<Expected[]> {
	checkRange(wanted, before);
	const expected: Expected[] = [];
	const moveOf = ({ counter, value }: Wanted) => [counter, value] as const;
	for (const batch of batches(wanted, moveOf)) {
		const isRepeated = await sender.send(batch.map(moveOf));
		for (const { counter, value } of batch) {
			const was = before.get(counter) ?? 0;
			const bounds = isRepeated ? already(was, value) : only(was + value);
			expected.push({ counter, ...bounds });
		}
		onLine(batch.at(-1)?.line ?? 0);
	}
	return expected;
}

function only(value: number): Omit<Expected, "counter"> {
	return { min: value, max: value };
}

/**
 * Bounds a total whose value had been counted already. Nobody can know if `was`
 * has it: the request may have been this run's own, whose answer was lost. But
 * the total must hold it, or a reset came since.
 */
function already(was: number, value: number): Omit<Expected, "counter"> {
	const is = was + value;
	if (value > 0) return { min: was < 0 ? was : Math.max(was, value), max: is };
	return { min: is, max: was > 0 ? was : Math.min(was, value) };
}

function checkRange(
	wanted: readonly Wanted[],
	before: ReadonlyMap<string, number>,
): void {
	const beyond = wanted.filter(
		({ counter, value }) =>
			!Number.isSafeInteger((before.get(counter) ?? 0) + value),
	);
	const [first] = beyond;
	if (!first) return;
	const { counter, value } = first;
	const others = beyond.length - 1;
	throw new CounterGenError({
		code: "beyond-range",
		what: `${counter} is ${before.get(counter)}; with ${value} more it would pass ±(2^53 − 1)${others > 0 ? `, and so would ${others} other${others === 1 ? "" : "s"}` : ""}`,
		why: "a total stands still there; nothing was sent",
		fix: "if an interrupted import of this file brought it there, --mode replace finishes that; else leave the counter out",
	});
}
