import type { Shot } from "./lane.ts";
import type { Pace } from "./schedule.ts";

/** Advice for a namespace that refuses a request of `load`. */
export const fixLoad = "send what that namespace takes: --counter NAME, --by N";

/** A load run: counters, and speed. All numbers but seconds are whole. */
export interface Plan {
	counter: string;
	/**
	 * Number of counters that each request raises at once; undefined for one by
	 * itself.
	 */
	batch?: number | undefined;
	/** Amount that each request adds to each counter; not 0. */
	by: number;
	pace: Pace;
}

/** Names the counters that each request of a plan raises. */
export function countersOf({ counter, batch = 1 }: Plan): string[] {
	return Array.from({ length: batch }, (_, n) =>
		n === 0 ? counter : `${counter}.${n}`,
	);
}

/** Makes the increments of a plan, for `drive`; all are the same. */
export function shotsOf(plan: Plan, prefix: string): () => Shot {
	const { counter, batch, by } = plan;
	const shot: Shot =
		batch === undefined
			? {
					method: "POST",
					path: `${prefix}/increment/${encodeURIComponent(counter)}?by=${by}`,
				}
			: {
					method: "POST",
					path: `${prefix}/increments`,
					headers: { "content-type": "application/json" },
					body: JSON.stringify(
						Object.fromEntries(countersOf(plan).map((name) => [name, by])),
					),
				};
	return () => shot;
}
