import * as z from "zod";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { entriesOf } from "../client/pages.ts";
import { parseJson } from "../client/problem.ts";

/** What one shard holds that is not in the totals. */
export interface Held {
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

/** A refusal that says what could be found out all the same, by shard. */
const refusal = z.object({
	unreachable: z.array(z.string()),
	known: z.record(z.string(), counts).default({}),
	held: z.record(z.string(), z.int()).default({}),
});

const ROUTE = "/global/shards";

/**
 * What the shards of a namespace hold; the index is the shard. And whether the
 * server says that its disk is full. Admin.
 *
 * @throws CounterGenError if the answer says nothing of any shard
 */
export async function shardsOf(
	client: NamespaceClient,
): Promise<{ shards: Held[]; isFull: boolean }> {
	const reply = await client.request("GET", ROUTE);
	const data = parseJson(reply.text);
	const all = answer.safeParse(data);
	// What cannot be written can be read.
	const isFull = reply.headers["counter-storage"] === "full";
	if (isSuccess(reply.status) && all.success)
		return { shards: all.data.map(sumUp), isFull };
	const some = refusal.safeParse(data);
	if (isSuccess(reply.status) || !some.success)
		throw client.refusal("GET", ROUTE, reply);
	const { unreachable, known, held } = some.data;
	const shards = new Map<string, Held>([
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

function sumUp(one: Record<string, number>): Held {
	const values = Object.values(one);
	return {
		counters: values.length,
		sum: values.reduce((sum, value) => sum + BigInt(value), 0n),
	};
}

function indexOf(shard: string): number {
	return /^shard\d{1,4}$/.test(shard) ? Number(shard.slice(5)) : -1;
}
