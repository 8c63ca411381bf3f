import type { Load } from "./load.ts";
import type { Judge } from "./observer.ts";

/** What `/counters` says of the first counter of a load. */
export function totalOf(body: unknown): number {
	return (body as Record<string, number>).load ?? 0;
}

/** What the shards hold of it, as `/global/shards` or one of them has it. */
export function holdingsOf(body: unknown): number {
	const shards = Array.isArray(body) ? body : [body];
	return shards.reduce((sum, shard) => sum + totalOf(shard), 0);
}

/** A read that has everything that was acknowledged before it began. */
export function exactTotal(load: Load): Judge {
	return ({ body }, acknowledged) => {
		const total = totalOf(body);
		return total >= acknowledged && total <= load.sent
			? undefined
			: `${total}, with ${acknowledged} acknowledged and ${load.sent} sent`;
	};
}

/** A read that may be behind, but neither goes back nor ahead. */
export function lateTotal(load: Load): Judge {
	let last = 0;
	return ({ body }) => {
		const total = totalOf(body);
		const before = last;
		last = total;
		return total >= before && total <= load.sent
			? undefined
			: `${total}, after ${before} and with ${load.sent} sent`;
	};
}
