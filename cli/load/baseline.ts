import { CounterGenError, exitCode } from "../errors.ts";
import type { CounterApi, Read } from "./api.ts";
import { type Patience, watch } from "./watch.ts";

/**
 * The total of `counter` before a run, with everything counted so far in it:
 * shards are flushed, and KV has caught up if that is what will be read.
 * A KV that never does is a `kv-behind`. Admin.
 */
export async function settledTotal(
	api: CounterApi,
	counter: string,
	read: Read,
	patience: Patience,
	signal: AbortSignal,
): Promise<number> {
	await api.flush();
	let total = await api.total(counter, "global");
	if (read !== "kv") return total;

	const behind = async () => {
		total = await api.total(counter, "global");
		return total - (await api.total(counter, "kv"));
	};
	for await (const { value, final } of watch(behind, patience, signal)) {
		if (value === 0) break;
		if (!final) continue;
		throw new CounterGenError(
			{
				code: "kv-behind",
				what: `KV does not catch up with the global total of ${counter}, ${total}`,
				why: "a rise of the KV value could not be told from earlier counts",
				fix: "set globalWriteToKVAfter above 0, or verify with --verify global",
			},
			exitCode.findings,
		);
	}
	return total;
}
