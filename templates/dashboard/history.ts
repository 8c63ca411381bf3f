import type { HistoryUnit } from "../runtime/history/contract.ts";
import { type Api, under } from "./api.ts";

/** A minute, an hour or a day of a counter. */
export interface Bucket {
	/** By the clocks of the namespace's zone, with the offset from UTC. */
	start: string;
	value: number;
	/** Nothing is added to it any more. */
	final: boolean;
}

export interface CounterHistory {
	by: HistoryUnit;
	timeZone: string;
	points: readonly Bucket[];
}

/** Buckets that are shown of each kind. */
const SHOWN: Readonly<Record<HistoryUnit, number>> = {
	minute: 60,
	hour: 48,
	day: 30,
};

const DAY = new Intl.DateTimeFormat(undefined, {
	day: "numeric",
	month: "short",
	// Dates are those of the namespace's zone already.
	timeZone: "UTC",
});

/** Asks what was counted of a counter in each minute, hour or day. */
export async function askHistory(
	api: Api,
	mount: string,
	counter: string,
	by: HistoryUnit,
	signal: AbortSignal,
): Promise<CounterHistory> {
	const path = `history/${encodeURIComponent(counter)}?by=${by}&last=${SHOWN[by]}`;
	const { data } = await api.get<CounterHistory>(under(mount, path), signal);
	return data;
}

/** Writes when a bucket began: 29 Nov, 14:00, or both. */
export function dateOf({ start }: Bucket, by: HistoryUnit, whole = false) {
	const [date = "", time = ""] = start.split("T");
	const day = DAY.format(Date.parse(`${date}T00:00Z`));
	const clock = time.slice(0, "00:00".length);
	if (by === "day") return day;
	return whole ? `${day}, ${clock}` : clock;
}
