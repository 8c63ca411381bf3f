import { setTimeout as sleep } from "node:timers/promises";
import type { CounterApi, Read } from "./api.ts";
import { type Evidence, expectedRise, judge, type Verdict } from "./judge.ts";
import { type Patience, watch } from "./watch.ts";

/** How a verification ended. */
export interface Verification {
	read: Read;
	before: number;
	/** The last total that could be read. */
	after: number;
	/** Bounds of `after - before`. */
	expected: { min: number; max: number };
	verdict: Verdict;
	/** What the shards held unflushed at the end; 0 where that is unknown. */
	held: number;
	ok: boolean;
	/** Why the last reading failed, if it did. */
	trouble?: string;
}

export interface VerifyOptions {
	counter: string;
	read: Read;
	/** Whether the shards may be asked what they hold. */
	admin: boolean;
	patience: Patience;
	signal: AbortSignal;
	/** Called with each total that falls short. */
	onWait?: (after: number) => void;
}

/**
 * Waits until the total has risen by what was acknowledged and, read once
 * more, stays there with no shard holding more of it. Ends at once on a total
 * too high, and on one too low when it no longer moves. Rejects when `signal`
 * is aborted.
 */
export async function verify(
	api: CounterApi,
	evidence: Omit<Evidence, "after">,
	{ counter, read, admin, patience, signal, onWait }: VerifyOptions,
): Promise<Verification> {
	const { before } = evidence;
	let held = 0;
	const readTotal = async () => {
		const total = await api.total(counter, read);
		// Asked second: a flush between the two is then seen by neither, and shows
		// in the next round, instead of counting double.
		// An exact total has them in it.
		held = admin && read !== "exact" ? await api.unflushed(counter) : 0;
		return total;
	};

	let arrived = false;
	for await (const reading of watch(readTotal, patience, signal)) {
		const { value: after = before, final, trouble } = reading;
		const verdict = judge({ ...evidence, after }, final);
		const here = verdict === "exact" && held === 0 && trouble === undefined;

		if (here && !arrived) {
			await sleep(patience.settleMs, undefined, { signal });
		} else if (here || final || verdict === "excess")
			return {
				read,
				before,
				after,
				expected: expectedRise(evidence),
				verdict,
				held,
				ok: here,
				...(trouble !== undefined && { trouble }),
			};
		else onWait?.(after);
		arrived = here;
	}
	throw new Error("unreachable: a watch does not end by itself");
}
