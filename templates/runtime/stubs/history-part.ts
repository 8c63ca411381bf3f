import type { HistoryPart, PastPart } from "../history/contract.ts";
import { cursorOf } from "../paging.ts";

/** Shows totals with their past as an object of counters, which RPC and JSON take. */
export function historyPart({ entries, last, ...rest }: PastPart): HistoryPart {
	const counters = entries.map(
		([name, value, history]) => [name, { value, history }] as const,
	);
	return {
		counters: Object.fromEntries(counters),
		...rest,
		...(last !== undefined && { cursor: cursorOf(last) }),
	};
}
