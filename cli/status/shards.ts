import * as z from "zod";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { entriesOf } from "../client/pages.ts";
import { parseJson } from "../client/problem.ts";

/** Counts of one shard that are not in the totals. */
export interface Holdings {
	/** null: the shard did not answer. */
	counters: number | null;
	/** null: not known. */
	sum: bigint | null;
}

/** A map of counters and whole numbers. */
export const counts: z.ZodType<Record<string, number>> = z.custom<
	Record<string, number>
>((data) => entriesOf(data) !== undefined);

const answer = z.array(counts);

/** A refusal with what could be found out all the same, by shard. */
const refusal = z.object({
	unreachable: z.array(z.string()),
	known: z.record(z.string(), counts).default({}),
	held: z.record(z.string(), z.int()).default({}),
});

const ROUTE = "/global/shards";

/**
 * Reads the holdings of a namespace's shards; the index is the shard. Also
 * tells if the server reports a full disk. Admin.
 *
 * @throws CounterGenError if the answer has nothing of any shard
 */
export async function shardsOf(
	client: NamespaceClient,
): Promise<{ shards: Holdings[]; isFull: boolean }> {
	const reply = await client.request("GET", ROUTE);
	const data = parseJson(reply.text);
	const all = answer.safeParse(data);
	// A full disk can still be read.
	const isFull = reply.headers["counter-storage"] === "full";
	if (isSuccess(reply.status) && all.success)
		return { shards: all.data.map(sumUp), isFull };
	const some = refusal.safeParse(data);
	if (isSuccess(reply.status) || !some.success)
		throw client.refusal("GET", ROUTE, reply);
	const { unreachable, known, held } = some.data;
	const shards = new Map<string, Holdings>([
		...unreachable.map(
			(shard) => [shard, { counters: null, sum: null }] as const,
		),
		...Object.entries(held).map(
			([shard, counters]) => [shard, { counters, sum: null }] as const,
		),
		...Object.entries(known).map(
			([shard, one]) => [shard, sumUp(one)] as const,
		),
	]);
	return {
		isFull,
		shards: Array.from(
			{ length: 1 + Math.max(-1, ...[...shards.keys()].map(indexOf)) },
			(_, n) => shards.get(`shard${n}`) ?? { counters: 0, sum: 0n },
		),
	};
}

function sumUp(one: Record<string, number>): Holdings {
	const values = Object.values(one);
	return {
		counters: values.length,
		sum: values.reduce((sum, value) => sum + BigInt(value), 0n),
	};
}

function indexOf(shard: string): number {
	return /^shard\d{1,4}$/.test(shard) ? Number(shard.slice(5)) : -1;
}
