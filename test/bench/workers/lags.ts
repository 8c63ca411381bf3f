/** Counts of one shard that are not in the totals: the moments of their answers. */
const waiting = new Map<string, number[]>();

/** Counts in the totals that KV does not have. */
let unpublished: { applied: number; answered: number }[] = [];

/** Milliseconds from the answer until a count was in the totals, and in KV. */
const lags = { global: [] as number[], kv: [] as number[] };

interface Batch {
	shard: number;
	requests: number;
}

/**
 * Follows increments, and the batches that bring them, through calls of objects.
 *
 * @param object its name
 */
export function followCall(
	object: string,
	method: string,
	[first]: readonly unknown[],
	answer: unknown,
): void {
	if (method === "increment") void counted(object, answer);
	if (method === "apply") void applied(first as Batch, answer);
}

async function counted(shard: string, answer: unknown): Promise<void> {
	await answer;
	const moments = waiting.get(shard) ?? [];
	waiting.set(shard, moments);
	moments.push(Date.now());
}

async function applied(
	{ shard, requests }: Batch,
	answer: unknown,
): Promise<void> {
	const applied = Date.now();
	// Those that came last may have no answer yet: they lag by nothing then.
	const moments = waiting.get(`shard${shard}`)?.splice(0, requests) ?? [];
	for (const answered of moments) unpublished.push({ applied, answered });
	await answer;
	const now = Date.now();
	for (const answered of moments) lags.global.push(now - answered);
}

/** Follows what is put to KV. */
export async function followPut(
	options: unknown,
	answer: unknown,
): Promise<void> {
	const { asOf } =
		(options as { metadata?: { asOf?: number } })?.metadata ?? {};
	if (asOf === undefined) return;
	await answer;
	const now = Date.now();
	const left: { applied: number; answered: number }[] = [];
	for (const one of unpublished)
		if (one.applied <= asOf) lags.kv.push(now - one.answered);
		else left.push(one);
	unpublished = left;
}

/** Tells the 99th percentiles, in seconds, and begins anew. */
export function takeLags(): { global: number; kv: number } {
	const p99 = (all: number[]) => {
		const sorted = all.splice(0).sort((a, b) => a - b);
		return (sorted[Math.floor(sorted.length * 0.99)] ?? 0) / 1_000;
	};
	return { global: p99(lags.global), kv: p99(lags.kv) };
}
