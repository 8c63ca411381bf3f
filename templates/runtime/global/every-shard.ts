import { errorText } from "../log.ts";
import { RPC_TIMEOUT_MS } from "../object/deadline.ts";
import type { Host } from "../object/host.ts";
import type { Refusal } from "../problem.ts";

/** A shard that drains may have to wait for two calls of its own. */
const FAN_OUT_TIMEOUT_MS = 3 * RPC_TIMEOUT_MS;

/** Shards that are asked at the same time: answers in memory, calls open. */
export const SHARDS_AT_ONCE = 64;

/** Answers of shards, in their order, and those that did not answer. */
export interface Asked<T> {
	answers: [shard: number, answer: T][];
	unreachable: string[];
}

/**
 * Asks all shards, {@link SHARDS_AT_ONCE} at a time. Who has not answered 30 seconds
 * after the first was asked counts as unreachable. One timer tells when these
 * are over: a clock can jump meanwhile.
 *
 * @param shards all that may have counted: those of the configuration, and each
 * other registers before it first counts
 * @param timeoutMs milliseconds that all of them may take
 */
export async function everyShard<T>(
	host: Host,
	shards: readonly number[],
	ask: (shard: number) => Promise<T>,
	timeoutMs: number = FAN_OUT_TIMEOUT_MS,
): Promise<Asked<T>> {
	const answers: Asked<T>["answers"] = [];
	const unreachable: number[] = [];
	const ended = new AbortController();
	let isOver = false;
	const over = host.wait(timeoutMs, ended.signal).then(() => {
		isOver = true;
		throw new Error(`no answer within ${timeoutMs} ms`);
	});
	// Marks it as handled: perhaps nobody waits any more.
	over.catch(() => {});
	// All lanes take from the same iterator: each shard is asked once.
	const queue = shards.values();
	const lane = async () => {
		for (const shard of queue)
			try {
				if (isOver) throw new Error("other shards took all the time");
				answers.push([shard, await Promise.race([ask(shard), over])]);
			} catch (error) {
				unreachable.push(shard);
				host.log("warn", "shard-unreachable", {
					shard,
					error: errorText(error),
				});
			}
	};
	await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, lane));
	ended.abort();
	return {
		answers: answers.sort(([a], [b]) => a - b),
		unreachable: unreachable.sort((a, b) => a - b).map((n) => `shard${n}`),
	};
}

/**
 * Refuses a caller who needs an answer of every shard.
 *
 * @param known facts that could be found out without them, as a plain object: RPC
 * takes none without a prototype
 */
export function shardUnreachable(
	unreachable: readonly string[],
	known?: object,
): Refusal {
	return {
		problem: {
			code: "shard-unreachable",
			status: 503,
			title: "A shard could not be reached",
			detail: `No answer from ${unreachable.join(", ")}; nothing was changed. Try again in a few seconds`,
			retryAfter: 5,
			extra: { unreachable, ...(known && { known }) },
		},
	};
}
