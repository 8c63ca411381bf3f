import type { NamespaceClient } from "../client/client.ts";
import { pages, type Read } from "../client/pages.ts";
import type { Sum } from "./counters.ts";
import type { Write } from "./output.ts";

/** Counters that an export wrote. */
export interface Exported extends Sum {
	/** Moment of the first page; none if nothing was ever published. */
	asOf: string | undefined;
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
	const exported: Exported = { counters: 0, sum: 0n, asOf: undefined };
	for await (const { entries, asOf } of pages(client, read)) {
		await write(entries.map(line).join(""));
		exported.asOf ??= asOf;
		exported.counters += entries.length;
		for (const [, value] of entries) exported.sum += BigInt(value);
		onPage(exported);
	}
	return exported;
}

function line([counter, value]: [string, number]): string {
	return `${JSON.stringify({ counter, value })}\n`;
}
