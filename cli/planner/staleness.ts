import { hasCome, meanUpTo } from "./gamma.ts";
import type { Model } from "./model.ts";

/** Seconds by which totals lag behind what was acknowledged. */
export interface Staleness {
	/** Half of all increments are in the totals after this. */
	typical: number;
	p99: number;
	/** Where nothing fails; infinite without a timer. */
	worst: number;
}

/** Steps that lags are divided into. */
const STEPS = 400;

/**
 * Lag of the totals of the global object, and of those in KV at the place where
 * they are written. Elsewhere KV may take up to a minute more.
 */
export function stalenessOf(model: Model): {
	global: Staleness;
	kv: Staleness;
} {
	const { flushes, publications, platform, thresholds } = model;
	const { putS, callS, commitS } = platform;
	// Whoever reads sees it once the global object has it on disk.
	const flight = callS / 2 + commitS;
	const { globalWriteToKVAfter } = thresholds;
	const published =
		globalWriteToKVAfter === 0 ? Infinity : globalWriteToKVAfter / 1_000;
	const open = longest(model);
	const rate = thresholds.shardCount * flushes.perSecond;
	const { window, perSecond } = publications;
	const step = (open + window) / STEPS;
	if (step === 0) {
		const [global, kv] = [flight, flight + putS];
		return {
			global: { typical: global, p99: global, worst: flushes.after + flight },
			kv: { typical: kv, p99: kv, worst: flushes.after + published + kv },
		};
	}
	// Parts of the increments by steps of their lag.
	const inBatch = parts((x) => laterThan(model, x), step);
	// The first flush of a publication waits for all of its window, others for any part.
	const first = Math.min(1, perSecond / rate);
	const inWindow = parts(
		(x) => (x >= window ? 0 : first + (1 - first) * (1 - x / window)),
		step,
	);
	const both = Array.from({ length: STEPS * 2 + 2 }, () => 0);
	for (const [a, part] of inBatch.entries())
		for (const [b, other] of inWindow.entries())
			both[a + b] = (both[a + b] ?? 0) + part * other;
	return {
		global: {
			typical: within(model, 0.5) + flight,
			p99: within(model, 0.99) + flight,
			worst: flushes.after + flight,
		},
		kv: {
			typical: quantile(both, 0.5) * step + flight + putS,
			p99: quantile(both, 0.99) * step + flight + putS,
			worst: flushes.after + published + flight + putS,
		},
	};
}

/** Seconds that hardly a batch is open for. */
function longest({ flushes }: Model): number {
	const { after, open, openSquare } = flushes;
	const deviation = Math.sqrt(Math.max(0, openSquare - open ** 2));
	return Math.min(after, open + 8 * deviation);
}

/**
 * Part of the increments that wait in their batch for more than x seconds.
 *
 * The one that opens a batch does if the timer is longer, and n − 1 more have not
 * come by then. One that comes u later does if the timer leaves as much, and the
 * n − 2 others have not come by u + x: with the requests a second times the integral
 * over u, which is the mean of the time of n − 2 arrivals from x up to the timer. A
 * batch has 1 + rate · open requests.
 */
function laterThan({ flushes, load, thresholds }: Model, x: number): number {
	const rate = load.rate / thresholds.shardCount;
	const { after, open, fullAt } = flushes;
	if (x >= after) return 0;
	const opener = 1 - hasCome(fullAt - 1, rate * x);
	const others =
		meanUpTo(fullAt - 2, rate, after) - meanUpTo(fullAt - 2, rate, x);
	return (opener + rate * Math.max(0, others)) / (1 + rate * open);
}

/** Seconds for which that part of the increments waits in its batch at most. */
function within(model: Model, part: number): number {
	let [low, high] = [0, longest(model)];
	for (let n = 0; n < 50; n++) {
		const middle = (low + high) / 2;
		if (laterThan(model, middle) > 1 - part) low = middle;
		else high = middle;
	}
	return high;
}

/** Parts by steps, from the part that is later. */
function parts(laterThan: (x: number) => number, step: number): number[] {
	const later = Array.from({ length: STEPS + 1 }, (_, n) =>
		n === STEPS ? 0 : laterThan(n * step),
	);
	return [
		1 - (later[0] ?? 0),
		...later.slice(1).map((one, n) => (later[n] ?? 0) - one),
	];
}

/** Steps within which that part is. */
function quantile(parts: readonly number[], part: number): number {
	let sum = 0;
	for (const [n, one] of parts.entries()) {
		if (sum + one >= part) return n === 0 ? 0 : n - 1 + (part - sum) / one;
		sum += one;
	}
	return parts.length - 1;
}
