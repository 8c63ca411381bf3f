import type { NamespaceClient } from "../client/client.ts";
import { pages } from "../client/pages.ts";
import type { Read } from "../load/api.ts";
import type { Write } from "./output.ts";
import type { Sum } from "./sum.ts";

/** What an export wrote. */
export interface Exported extends Sum {
	/** When the first page was the totals; none if nothing was ever published. */
	asOf: string | undefined;
}

/**
 * Writes a line of JSON for every counter, page by page: holds one at a time.
 *
 * @param onPage called with what has been written so far
 */
export async function exportCounters(
	client: NamespaceClient,
	{ read, signal }: { read: Read; signal: AbortSignal },
	write: Write,
	onPage: (exported: Exported) => void,
): Promise<Exported> {
	const exported: Exported = { counters: 0, sum: 0n, asOf: undefined };
	for await (const { entries, asOf } of pages(client, signal, read)) {
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
