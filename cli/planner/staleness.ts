import { hasCome, meanSquareUpTo, meanUpTo } from "./gamma.ts";
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
	const { flushes, platform, thresholds } = model;
	const { putS, callS, commitS } = platform;
	// Whoever reads sees it once the global object has it on disk.
	const flight = callS / 2 + commitS;
	const { globalWriteToKVAfter } = thresholds;
	const published =
		globalWriteToKVAfter === 0 ? Infinity : globalWriteToKVAfter / 1_000;
	const batch = batchWait(model);
	const publication = publicationWait(model);
	const step = (batch.longest + publication.longest) / STEPS;
	if (step === 0) {
		const [global, kv] = [flight, flight + putS];
		return {
			global: { typical: global, p99: global, worst: flushes.after + flight },
			kv: { typical: kv, p99: kv, worst: flushes.after + published + kv },
		};
	}
	const inBatch = parts(batch, step);
	const inWindow = parts(publication, step);
	const both = Array.from({ length: STEPS * 2 + 2 }, () => 0);
	for (const [a, part] of inBatch.entries())
		for (const [b, other] of inWindow.entries())
			both[a + b] = (both[a + b] ?? 0) + part * other;
	return {
		global: {
			typical: within(batch, 0.5) + flight,
			p99: within(batch, 0.99) + flight,
			worst: flushes.after + flight,
		},
		kv: {
			typical: quantile(both, 0.5) * step + flight + putS,
			p99: quantile(both, 0.99) * step + flight + putS,
			worst: flushes.after + published + flight + putS,
		},
	};
}

/** Waits of those that are gathered until enough are there, or a timer is over. */
interface Wait {
	/** Seconds that hardly any of them wait. */
	longest: number;
	/** Part of them that wait for more than x seconds. */
	laterThan(x: number): number;
}

/** A batch has 1 + rate · open requests: the one that opens it, and the others. */
function batchWait({ flushes, load, thresholds }: Model): Wait {
	const { after, open, openSquare, fullAt } = flushes;
	const rate = load.rate / thresholds.shardCount;
	const first = 1 / (1 + rate * open);
	return gathering({ fullAt, rate, after, first, open, openSquare });
}

/**
 * A publication gathers flushes in the same way. What the pace holds back waits for
 * any part of the time from one to the next.
 */
function publicationWait({ flushes, publications, thresholds }: Model): Wait {
	const { shardCount, globalMinWritesToKV: fullAt } = thresholds;
	const { perSecond, isPaced } = publications;
	const interval = 1 / perSecond;
	if (isPaced)
		return {
			longest: interval,
			laterThan: (x) => Math.max(0, 1 - x / interval),
		};
	const rate = shardCount * flushes.perSecond;
	const after =
		thresholds.globalWriteToKVAfter === 0
			? Infinity
			: thresholds.globalWriteToKVAfter / 1_000;
	const first = Math.min(1, perSecond / rate);
	const open = meanUpTo(fullAt - 1, rate, after);
	const openSquare = meanSquareUpTo(fullAt - 1, rate, after);
	return gathering({ fullAt, rate, after, first, open, openSquare });
}

/**
 * The one that opens waits for more than x seconds if the timer is longer, and n − 1
 * more have not come by then. One that comes u later does if the timer leaves as
 * much, and the n − 2 others have not come by u + x: over all u, that is the mean of
 * the time of n − 2 arrivals from x up to the timer, of all the time that it is open.
 *
 * @param first part of them that open
 */
function gathering({
	fullAt,
	rate,
	after,
	first,
	open,
	openSquare,
}: {
	fullAt: number;
	rate: number;
	after: number;
	first: number;
	open: number;
	openSquare: number;
}): Wait {
	const deviation = Math.sqrt(Math.max(0, openSquare - open ** 2));
	const others = (x: number) => meanUpTo(fullAt - 2, rate, x);
	return {
		longest: Math.min(after, open + 8 * deviation),
		laterThan: (x) => {
			if (x >= after || open === 0) return 0;
			const opener = 1 - hasCome(fullAt - 1, rate * x);
			const other = Math.max(0, others(after) - others(x)) / open;
			return first * opener + (1 - first) * other;
		},
	};
}

/** Seconds that this part of them waits at most. */
function within({ longest, laterThan }: Wait, part: number): number {
	let [low, high] = [0, longest];
	for (let n = 0; n < 50; n++) {
		const middle = (low + high) / 2;
		if (laterThan(middle) > 1 - part) low = middle;
		else high = middle;
	}
	return high;
}

/** Parts by steps, from the part that is later. */
function parts({ laterThan }: Wait, step: number): number[] {
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
