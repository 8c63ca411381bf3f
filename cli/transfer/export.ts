import type { NamespaceClient } from "../client/client.ts";
import { type PageEntry, pages, type Read } from "../client/pages.ts";
import type { Sum } from "./counters.ts";
import type { Write } from "./output.ts";

/** Counters that an export wrote. */
export interface Exported extends Sum {
	/** Moment of the first page; none if nothing was ever published. */
	asOf: string | undefined;
	/** The past is in it: the namespace keeps that. */
	hasPast: boolean;
}

/**
 * Writes a line of JSON for every counter; holds one page at a time.
 *
 * @param onPage called with the sums so far
 */
export async function exportCounters(
	client: NamespaceClient,
	read: Read,
	write: Write,
	onPage: (exported: Exported) => void,
): Promise<Exported> {
	const exported: Exported = {
		counters: 0,
		sum: 0n,
		asOf: undefined,
		hasPast: false,
	};
	for await (const { entries, asOf, hasPast } of pages(client, read, "past")) {
		await write(entries.map(line).join(""));
		exported.hasPast = hasPast;
		exported.asOf ??= asOf;
		exported.counters += entries.length;
		for (const [, value] of entries) exported.sum += BigInt(value);
		onPage(exported);
	}
	return exported;
}

function line([counter, value, past]: PageEntry): string {
	const hasPast = past && Object.keys(past).length > 0;
	return `${JSON.stringify({ counter, value, ...(hasPast && { history: past }) })}\n`;
}
