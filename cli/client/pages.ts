import { isSuccess, type NamespaceClient } from "./client.ts";
import { type Past, pastOf } from "./past.ts";
import { parseJson } from "./problem.ts";
import { requestWithRetries } from "./retry.ts";

/** Source of totals: KV as the public sees it, or the global object. */
export type Read = "kv" | "global" | "exact";

/** Names of reads for people. */
export const readName: Readonly<Record<Read, string>> = {
	kv: "KV total",
	global: "global total",
	exact: "exact total",
};

const NOT_FOUND = 404;

/** Largest page that a namespace answers. */
const PAGE_COUNTERS = 10_000;

/** A counter with its total, and its past where that was asked for and is kept. */
export type PageEntry = [counter: string, value: number, past?: Past];

/** Some of a namespace's totals. */
export interface Page {
	entries: PageEntry[];
	/** Moment of the totals by the server's clock, if the answer has it. */
	asOf: string | undefined;
	/** The namespace keeps a past, which the entries have. */
	hasPast: boolean;
}

/**
 * Reads all totals, page by page; asks for the next one when it is wanted.
 *
 * @param wants "past" for what was counted when as well, where that is kept
 * @throws CounterGenError as `NamespaceClient` does
 */
export async function* pages(
	client: NamespaceClient,
	read: Read,
	wants?: "past",
): AsyncGenerator<Page> {
	const query = `?read=${read}&limit=${PAGE_COUNTERS}`;
	// KV has no past.
	let hasPast = wants === "past" && read !== "kv";
	let first = `${hasPast ? "/global/history" : "/counters"}${query}`;
	const cursors = new Set<string>();
	for (let route = first; ; ) {
		// The first also finds out if there is a server: that need not wait.
		const reply =
			route === first
				? await client.request("GET", route)
				: await requestWithRetries(client, "GET", route);
		if (hasPast && route === first && reply.status === NOT_FOUND) {
			hasPast = false;
			first = `/counters${query}`;
			route = first;
			continue;
		}
		const data = isSuccess(reply.status) ? parseJson(reply.text) : undefined;
		const entries: PageEntry[] | undefined = hasPast
			? pastEntriesOf(data)
			: entriesOf(data);
		if (!entries) throw client.refusal("GET", route, reply);
		yield { entries, asOf: header(reply.headers["counter-as-of"]), hasPast };

		const cursor = header(reply.headers["counter-cursor"]);
		if (cursor === undefined) return;
		// Ends on a server that turns in circles, however wide.
		if (cursors.has(cursor)) throw client.refusal("GET", route, reply);
		cursors.add(cursor);
		route = `${first}&cursor=${encodeURIComponent(cursor)}`;
	}
}

function header(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value[0] : value;
}

/** Lists counters and values; undefined unless they are an object of whole numbers. */
export function entriesOf(data: unknown): [string, number][] | undefined {
	if (typeof data !== "object" || data === null || Array.isArray(data)) return;
	// Not by zod, whose records leave out a counter called `__proto__`.
	const entries = Object.entries<unknown>(data as Record<string, unknown>);
	const isWhole = entries.every(([, value]) => Number.isSafeInteger(value));
	return isWhole ? (entries as [string, number][]) : undefined;
}

/** Lists counters with values and pasts; undefined unless it is an object of these. */
function pastEntriesOf(data: unknown): PageEntry[] | undefined {
	if (typeof data !== "object" || data === null) return;
	const entries: PageEntry[] = [];
	for (const [counter, one] of Object.entries(data)) {
		const { value, history } = (one ?? {}) as Record<string, unknown>;
		const past = pastOf(history);
		if (!Number.isSafeInteger(value) || typeof past === "string") return;
		entries.push([counter, value as number, past]);
	}
	return entries;
}
