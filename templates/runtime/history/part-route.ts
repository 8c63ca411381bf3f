import { invalid } from "../problem.ts";
import type { Buckets, Handle, HistoryDoor } from "./contract.ts";
import { wallClock } from "./wall-clock.ts";

/** Answers `GET /global/history`: totals with all of their past, a page at a time. */
export function historyPartRoute(timeZone: string, door: HistoryDoor): Handle {
	return async (c) => {
		const read = c.req.query("read") ?? "global";
		if (read !== "global" && read !== "exact")
			throw invalid("invalid-read", "`read` is exact or global");
		const { counters, asOf, cursor } = await door.global(c.env).historyPart({
			...door.page(c),
			...(read === "exact" && { read }),
		});
		// Counters have their buckets in common.
		const starts = new Map<number, string>();
		const show = (start: number) => {
			const known = starts.get(start) ?? wallClock(start, timeZone);
			starts.set(start, known);
			return known;
		};
		const shown = Object.entries(counters).map(
			([name, { value, history }]) =>
				[name, { value, history: withStarts(history, show) }] as const,
		);
		return door.answer(Object.fromEntries(shown), {
			"Counter-Read": read,
			"Counter-As-Of": new Date(asOf).toISOString(),
			...(cursor !== undefined && { "Counter-Cursor": cursor }),
		});
	};
}

/** Writes when each bucket began in place of its moment; kinds without any are left out. */
function withStarts(
	history: Buckets,
	show: (start: number) => string,
): Record<string, Record<string, number>> {
	const units = Object.entries(history).filter(([, list]) => list.length > 0);
	return Object.fromEntries(
		units.map(([unit, list]) => [
			unit,
			Object.fromEntries(list.map(([start, value]) => [show(start), value])),
		]),
	);
}
