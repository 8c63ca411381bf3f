import type { Read } from "../load/api.ts";
import { isSuccess, type NamespaceClient } from "./client.ts";
import { parseJson } from "./problem.ts";
import { persist } from "./retry.ts";

/** Counters of a page: as many as a namespace answers at a time. */
export const PAGE = 10_000;

/** Some of a namespace's totals. */
export interface Page {
	entries: [counter: string, value: number][];
	/** When these were the totals, as the server says it; none if it does not. */
	asOf: string | undefined;
}

/**
 * All totals, page by page; the next one is asked for when it is wanted. A
 * server that knows no pages answers all in one.
 *
 * @throws CounterGenError as `NamespaceClient` does
 */
export async function* pages(
	client: NamespaceClient,
	signal: AbortSignal,
	read: Read,
): AsyncGenerator<Page> {
	const first = `/counters?read=${read}&limit=${PAGE}`;
	const cursors = new Set<string>();
	for (let route = first; ; ) {
		// The first also finds out whether there is a server: that need not wait.
		const reply =
			route === first
				? await client.request("GET", route)
				: await persist(client, signal, "GET", route);
		const entries = isSuccess(reply.status)
			? entriesOf(parseJson(reply.text))
			: undefined;
		if (!entries) throw client.refusal("GET", route, reply);
		yield { entries, asOf: header(reply.headers["counter-as-of"]) };

		const cursor = header(reply.headers["counter-cursor"]);
		if (cursor === undefined) return;
		// A server that turns in circles, however wide, would be asked for ever.
		if (cursors.has(cursor)) throw client.refusal("GET", route, reply);
		cursors.add(cursor);
		route = `${first}&cursor=${encodeURIComponent(cursor)}`;
	}
}

function header(value: string | string[] | undefined): string | undefined {
	return Array.isArray(value) ? value[0] : value;
}

/** Undefined unless it is an object of whole numbers, as JSON has it. */
export function entriesOf(data: unknown): [string, number][] | undefined {
	if (typeof data !== "object" || data === null || Array.isArray(data)) return;
	// By hand: zod's records leave out a counter called `__proto__`.
	const entries = Object.entries<unknown>(data as Record<string, unknown>);
	const isWhole = entries.every(([, value]) => Number.isSafeInteger(value));
	return isWhole ? (entries as [string, number][]) : undefined;
}
