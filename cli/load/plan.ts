import type { Shot } from "./lane.ts";
import type { Target } from "./target.ts";

/** What to send. All numbers are whole; `by` is not 0. */
export interface Plan {
	counter: string;
	requests: number;
	/** Requests under way at a time. */
	concurrency: number;
	by: number;
}

/** The increments of a plan, for `drive`. */
export function shotsOf({ counter, by }: Plan, { prefix }: Target): () => Shot {
	const shot: Shot = {
		method: "POST",
		path: `${prefix}/increment/${encodeURIComponent(counter)}?by=${by}`,
	};
	return () => shot;
}
