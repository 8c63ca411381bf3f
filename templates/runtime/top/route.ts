import type { Context } from "hono";
import { CounterProblem, invalid } from "../problem.ts";
import type { Entry } from "../protocol.ts";
import type { PublishedTotals, TopDoor } from "./contract.ts";
import { highest } from "./highest.ts";

/** Answers `GET /top`: the counters with the highest totals, from KV. */
export function topRoute(
	counters: number,
	door: TopDoor,
): (c: Context) => Promise<Response> {
	/** Spares an isolate to sort the same totals again. */
	const known = new WeakMap<PublishedTotals, readonly Entry[]>();
	const read = door.read(async (c) => {
		const limit = limitOf(c, counters);
		const published = await door.published(c.env);
		const top = known.get(published) ?? topOf(published, counters);
		known.set(published, top);
		const { asOf } = published;
		return door.answer({
			top: top.slice(0, limit).map(([counter, value]) => ({ counter, value })),
			// Nobody knows when something else wrote to KV.
			...(asOf !== undefined && { asOf: new Date(asOf).toISOString() }),
			read: "kv",
		});
	});
	return async (c) => {
		if (c.req.query("by") === undefined) return read(c);
		throw invalid(
			"invalid-history",
			"`by` asks for a `history` of this namespace in counters.yaml",
		);
	};
}

function limitOf(c: Context, most: number): number {
	const limit = c.req.query("limit");
	if (limit === undefined) return most;
	if (/^\d{1,4}$/.test(limit) && +limit >= 1 && +limit <= most) return +limit;
	throw invalid(
		"invalid-limit",
		`\`limit\` is from 1 to ${most}, which is \`top\` of this namespace in counters.yaml`,
	);
}

/** Takes the highest of what fits into one page, or what was published with the pages. */
export function topOf(
	published: PublishedTotals,
	counters: number,
): readonly Entry[] {
	if ("totals" in published) return highest([...published.totals], counters);
	const [first] = published.pages;
	if (first?.top) return first.top;
	throw new CounterProblem({
		code: "top-not-published",
		status: 503,
		title: "The highest counters are not there yet",
		detail:
			"They were turned on after the last publication, and come with the next one. Try again in a few seconds",
		retryAfter: 5,
	});
}
