import type { Limits, Per } from "../bounds/contract.ts";
import type { HistoryUnit, Kept } from "../history/contract.ts";
import type { RoutedNamespace } from "../http/namespace.ts";

/** A namespace as the page knows it: what its YAML says. */
export interface ShownNamespace {
	/** Its `kvPrefix`, which is its key unless the YAML says otherwise. */
	name: string;
	/** Name of its binding, as in metrics and the log. */
	namespace: string;
	mount: string;
	shardCount: number;
	shardMinRequestToGlobal: number;
	/** Milliseconds; 0 is never. */
	shardWriteToGlobalAfter: number;
	globalMinWritesToKV: number;
	/** Milliseconds; 0 is never. */
	globalWriteToKVAfter: number;
	/** A regular expression's source, or the names themselves. */
	names: string | readonly string[];
	maxCounters: number;
	increment: { min: number; max: number };
	/** Write events kept; 0 is none. */
	writeLog: number;
	/** Tells that `/live` pushes totals. */
	live: boolean;
	/** Kinds of buckets that are kept, the finest first. */
	history: readonly HistoryUnit[];
	/** Tells that no counter passes its bounds, which `/limits` has. */
	isBounded: boolean;
	/** Keys that count in its bill besides. */
	costs: {
		/** Milliseconds that each kind of buckets is kept. */
		kept: Kept;
		/** Highest counters that are published; 0 is none. */
		top: number;
		/** Objects that hold viewers; 0 is none. */
		liveObjects: number;
		/** Bounds of totals; missing without any. */
		total?: Limits & { per?: Per };
	};
}

const UNITS: readonly HistoryUnit[] = ["minute", "hour", "day"];

export function shown(mount: string, counter: RoutedNamespace): ShownNamespace {
	const { names } = counter;
	const { limits, per } = counter.totalBounds;
	return {
		name: counter.kvPrefix,
		namespace: counter.doNamespace,
		mount,
		shardCount: counter.shardCount,
		shardMinRequestToGlobal: counter.shardMinRequestToGlobal,
		shardWriteToGlobalAfter: counter.shardWriteToGlobalAfter,
		globalMinWritesToKV: counter.globalMinWritesToKV,
		globalWriteToKVAfter: counter.globalWriteToKVAfter,
		names: names instanceof RegExp ? names.source : names,
		maxCounters: counter.maxCounters,
		increment: counter.incrementBounds,
		writeLog: counter.writeLog.events,
		live: counter.live.objects > 0,
		history: UNITS.filter((unit) => counter.history.kept[unit] !== undefined),
		isBounded: limits !== undefined,
		costs: {
			kept: counter.history.kept,
			top: counter.top.counters,
			liveObjects: counter.live.objects,
			...(limits && { total: { ...limits, ...(per && { per }) } }),
		},
	};
}
