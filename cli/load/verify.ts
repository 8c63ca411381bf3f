import { setTimeout as sleep } from "node:timers/promises";
import type { Read } from "../client/pages.ts";
import type { CounterApi } from "./api.ts";
import {
	type BatchVerdict,
	expectedRise,
	judgeAll,
	type Sent,
} from "./judge.ts";
import { type WatchTimes, watch } from "./watch.ts";

/** Result of a verification. */
export interface Verification {
	read: Read;
	/** The one that shows what is wrong; the first if nothing is. */
	counter: string;
	before: number;
	/** The last total that could be read. */
	after: number;
	/** Rise of the first counter: as much as every other should have. */
	firstRise: number;
	/** Number of counters, and of those that did not rise as expected. */
	counters: number;
	wrong: number;
	/** Bounds of `after - before`. */
	expected: { min: number; max: number };
	verdict: BatchVerdict["verdict"];
	/**
	 * Amount that shards hold unflushed at the end; 0 where that is unknown.
	 */
	holdings: number;
	ok: boolean;
	/** The failure of the last reading. */
	trouble?: string;
}

export interface VerifyOptions {
	counters: readonly string[];
	/** Their totals before the first request. */
	before: readonly number[];
	sent: Sent;
	read: Read;
	/** Set if the shards may be asked for their holdings. */
	admin: boolean;
	times: WatchTimes;
	signal: AbortSignal;
	/** Called with how far a counter that falls short has risen. */
	onWait?: (rise: number) => void;
}

/**
 * Waits until the totals have risen by what was acknowledged and, read once
 * more, stay there with no shard holding more of it. Ends at once on a total
 * too high, and on one too low when none moves any longer. Rejects when
 * `signal` is aborted.
 */
export async function verify(
	api: CounterApi,
	options: VerifyOptions,
): Promise<Verification> {
	const { counters, before, sent, read, admin, times, signal } = options;
	let holdings = 0;
	let after = before;
	const readTotals = async () => {
		const totals = await api.totals(counters, read);
		// Comes second: a flush between the two is then seen by neither, and
		// shows in the next round, instead of counting double. An exact total
		// has them in it.
		holdings = admin && read !== "exact" ? await api.unflushed(counters) : 0;
		after = totals;
		return totals.reduce((sum, total) => sum + total, 0);
	};
	const rise = (n: number) => (after[n] ?? 0) - (before[n] ?? 0);

	let arrived = false;
	for await (const { final, trouble } of watch(readTotals, times, signal)) {
		const { verdict, at, wrong } = judgeAll({ before, after }, sent, final);
		const here = verdict === "exact" && holdings === 0 && trouble === undefined;

		if (here && !arrived) {
			await sleep(times.settleMs, undefined, { signal });
		} else if (here || final || verdict === "excess")
			return {
				read,
				counter: counters[at] ?? "",
				before: before[at] ?? 0,
				after: after[at] ?? 0,
				firstRise: rise(0),
				counters: counters.length,
				wrong,
				expected: expectedRise(sent),
				verdict,
				holdings,
				ok: here,
				...(trouble !== undefined && { trouble }),
			};
		else options.onWait?.(rise(at));
		arrived = here;
	}
	throw new Error("unreachable: a watch does not end by itself");
}
