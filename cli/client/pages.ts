import { isSuccess, type NamespaceClient } from "./client.ts";
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

/** Largest page that a namespace answers. */
const PAGE_COUNTERS = 10_000;

/** Some of a namespace's totals. */
export interface Page {
	entries: [counter: string, value: number][];
	/** Moment of the totals by the server's clock, if the answer has it. */
	asOf: string | undefined;
}

/**
 * Reads all totals, page by page; asks for the next one when it is wanted.
 *
 * @throws CounterGenError as `NamespaceClient` does
 */
export async function* pages(
	client: NamespaceClient,
	read: Read,
): AsyncGenerator<Page> {
	const first = `/counters?read=${read}&limit=${PAGE_COUNTERS}`;
	const cursors = new Set<string>();
	for (let route = first; ; ) {
		// The first also finds out if there is a server: that need not wait.
		const reply =
			route === first
				? await client.request("GET", route)
				: await requestWithRetries(client, "GET", route);
		const entries = isSuccess(reply.status)
			? entriesOf(parseJson(reply.text))
			: undefined;
		if (!entries) throw client.refusal("GET", route, reply);
		yield { entries, asOf: header(reply.headers["counter-as-of"]) };

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
