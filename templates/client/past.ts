import { CounterClient, type ReadOptions } from "./client.ts";

type Unit = "minute" | "hour" | "day";

/** Chooses minutes, hours or days of a counter; moments are `Date`s or ISO 8601. */
export interface HistoryOptions extends Pick<ReadOptions, "signal"> {
	/** By default the largest that is kept. */
	by?: Unit;
	/** So many, with the one that is under way; or those from … to … */
	last?: number;
	from?: Date | string;
	to?: Date | string;
	/** With all that was acknowledged before, for the admin token. */
	read?: "exact";
}

/** Chooses counters with the highest numbers. */
export interface TopOptions extends Pick<ReadOptions, "signal"> {
	limit?: number;
	/** Minute, hour or day: the current one, or that which has the moment `at`. */
	by?: Unit;
	at?: Date | string;
}

/** Reads besides what was counted when, and the highest, of namespaces that have it. */
export class PastCounterClient<
	All,
	Past extends keyof All,
> extends CounterClient<All> {
	/** Reads what was counted when, the oldest first; moments are milliseconds since 1970. */
	async history<Key extends Past>(
		namespace: Key,
		counter: All[Key] & string,
		options: HistoryOptions = {},
	): Promise<{
		by: Unit;
		timeZone: string;
		asOf: number;
		points: { start: number; value: number; final: boolean }[];
	}> {
		const route = `/history/${encodeURIComponent(counter)}`;
		const { text } = await this.read(namespace, route, options);
		return JSON.parse(text, toMoments);
	}

	/** Reads the counters with the highest totals, or those of a minute, hour or day. */
	async top<Key extends Past>(
		namespace: Key,
		options: TopOptions = {},
	): Promise<{
		top: { counter: All[Key] & string; value: number }[];
		asOf?: number;
		start?: number;
	}> {
		const { text } = await this.read(namespace, "/top", options);
		return JSON.parse(text, toMoments);
	}
}

/** Makes moments milliseconds since 1970. */
function toMoments(key: string, value: unknown): unknown {
	return key === "start" || key === "asOf" ? Date.parse(`${value}`) : value;
}
