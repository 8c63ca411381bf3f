import type { Context } from "hono";
import type { PageOptions } from "../paging.ts";
import { answer } from "./answer.ts";

/** Takes `?limit=` and `?cursor=` from a request; stubs check them. */
export function pageOptions(c: Context): PageOptions {
	const limit = c.req.query("limit");
	const cursor = c.req.query("cursor");
	return {
		...(limit !== undefined && {
			limit: /^\d{1,9}$/.test(limit) ? Number(limit) : Number.NaN,
		}),
		...(cursor !== undefined && { cursor }),
	};
}

/** Answers totals; a header says where the next page begins. */
export function totalsAnswer(
	{
		counters,
		cursor,
	}: { counters: Record<string, number>; cursor?: string | undefined },
	headers: Record<string, string> = {},
): Response {
	return answer(counters, {
		...headers,
		...(cursor !== undefined && { "Counter-Cursor": cursor }),
	});
}
