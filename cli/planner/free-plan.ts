import { type Billed, FREE } from "./prices.ts";
import type { Usage } from "./usage.ts";

/** A line of the Free plan that a day's load passes. */
export interface Exhausted {
	line: Billed;
	/** Use of a day. */
	used: number;
	limit: number;
	/** Hours after midnight UTC, when the day's amount is used up; none for what is stored. */
	afterHours: number | undefined;
}

/**
 * Lists what a day's amounts of the Free plan do not suffice for, the first to run
 * out first. They begin anew at midnight UTC; past one, Cloudflare refuses.
 *
 * @param day usage of 24 hours under a steady load
 */
export function exhaustedOf(day: Usage): Exhausted[] {
	return (Object.keys(FREE) as (keyof typeof FREE)[])
		.map((line) => {
			const { limit, isStored } = FREE[line];
			const used = day[line];
			const afterHours = isStored ? undefined : (24 * limit) / used;
			return { line, used, limit, afterHours };
		})
		.filter(({ used, limit }) => used > limit)
		.toSorted((a, b) => (a.afterHours ?? 0) - (b.afterHours ?? 0));
}
