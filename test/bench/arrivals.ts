import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Lane, type Shot } from "../../cli/load/lane.ts";
import { Random } from "../simulation/random.ts";

/** Milliseconds that a request may take. */
const TIMEOUT_MS = 30_000;

/**
 * Sends requests that come independently of each other: at random times, however
 * many are under way. Returns how many were acknowledged.
 *
 * @param rate requests a second
 * @throws Error if one was not
 */
export async function arrive(
	origin: string,
	next: (n: number) => Shot,
	{ rate, seconds, seed }: { rate: number; seconds: number; seed: number },
	signal: AbortSignal,
): Promise<number> {
	const random = new Random(seed);
	const free: Lane[] = [];
	const all: Lane[] = [];
	const underWay = new Set<Promise<void>>();
	const failures: string[] = [];
	let acknowledged = 0;
	const send = async (n: number) => {
		let lane = free.pop();
		if (!lane) {
			lane = new Lane(origin, TIMEOUT_MS, undefined);
			all.push(lane);
		}
		const outcome = await lane.send(next(n));
		free.push(lane);
		if (outcome.kind === "acknowledged") acknowledged++;
		else failures.push(outcome.cause);
	};
	const begun = performance.now();
	let at = 0;
	for (let n = 0; ; n++) {
		at += (-Math.log(1 - random.next()) / rate) * 1_000;
		if (at >= seconds * 1_000 || signal.aborted) break;
		const early = begun + at - performance.now();
		if (early > 1) await sleep(early, undefined, { signal }).catch(() => {});
		const sent = send(n).finally(() => underWay.delete(sent));
		underWay.add(sent);
	}
	const left = begun + seconds * 1_000 - performance.now();
	if (left > 0) await sleep(left, undefined, { signal }).catch(() => {});
	await Promise.all(underWay);
	await Promise.all(all.map((lane) => lane.close(new Error("done"))));
	signal.throwIfAborted();
	if (failures.length > 0)
		throw new Error(`${failures.length} requests failed: ${failures[0]}`);
	return acknowledged;
}
