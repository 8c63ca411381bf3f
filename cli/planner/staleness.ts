import { publishingOf } from "./awake.ts";
import { hasCome, meanSquareUpTo, meanUpTo } from "./gamma.ts";
import { flightOf, type Model } from "./model.ts";

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

/** Lags by the place where totals are read. */
export interface Lags {
	global: Staleness;
	/** Where they are written. Elsewhere KV may take up to a minute more. */
	kv: Staleness;
	/** For viewers of `/live`; none where there are none. */
	live?: Staleness;
}

/** Finds how far totals lag behind. */
export function stalenessOf(model: Model): Lags {
	const { flushes, platform, thresholds, pushes } = model;
	const { callS, commitS } = platform;
	// Whoever reads sees it once the global object has it on disk; a batch by time leaves
	// once it is sealed on that of its shard.
	const flight = callS / 2 + commitS * (1 + flushes.byTime);
	const { globalWriteToKVAfter } = thresholds;
	const batch = batchWait(model);
	const of = (next: Wait, more: number, worst: number): Staleness => {
		const at = bothWaits(batch, next);
		return {
			typical: at(0.5) + flight + more,
			p99: at(0.99) + flight + more,
			worst: flushes.after + worst + flight + more,
		};
	};
	const published =
		globalWriteToKVAfter === 0 ? Infinity : globalWriteToKVAfter / 1_000;
	const { perSecond, paced, paceS } = pushes;
	return {
		global: of(repetitionWait(model), 0, 0),
		kv: of(publicationWait(model), publishingOf(model), published),
		...(perSecond > 0 && {
			live: of(
				{
					longest: paceS,
					laterThan: (x) => paced * Math.max(0, 1 - x / paceS),
				},
				callS / 2,
				paceS,
			),
		}),
	};
}

/** Makes what finds the seconds of two waits within which a part of them is over. */
function bothWaits(one: Wait, other: Wait): (part: number) => number {
	if (other.longest === 0) return (part) => within(one, part);
	if (one.longest === 0) return (part) => within(other, part);
	const step = (one.longest + other.longest) / STEPS;
	const [ones, others] = [parts(one, step), parts(other, step)];
	const both = Array.from({ length: STEPS * 2 + 2 }, () => 0);
	for (const [a, part] of ones.entries())
		for (const [b, second] of others.entries())
			both[a + b] = (both[a + b] ?? 0) + part * second;
	return (part) => quantile(both, part) * step;
}

/** Waits of those that are gathered until enough are there, or a timer is over. */
interface Wait {
	/** Seconds that hardly any of them wait. */
	longest: number;
	/** Part of them that wait for more than x seconds. */
	laterThan(x: number): number;
}

const NO_WAIT: Wait = { longest: 0, laterThan: () => 0 };

/** A batch waits until the one before it was sent again, where the shard has to, and is sealed then. */
function repetitionWait({ alarms, flushes, platform }: Model): Wait {
	const longest = flightOf(platform) + platform.commitS;
	const delayed = alarms.delayed / flushes.perSecond;
	return delayed === 0
		? NO_WAIT
		: { longest, laterThan: (x) => (x < longest ? delayed : 0) };
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
