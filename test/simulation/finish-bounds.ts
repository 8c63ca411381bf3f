import type { Cluster } from "./cluster.ts";
import type { Workload } from "./workload.ts";

/** Parts in which something is given out. */
const PARTS = 3;

/** Longer than it takes to give out what a counter has left; milliseconds. */
const GIVING_OUT_MS = 60_000;

/**
 * Gives out all that the bounds of each counter have left, at any shard, and asks for
 * one more: all of it must be there, and not that one.
 *
 * @param until lets time go on until an answer is there
 */
export async function giveOut(
	cluster: Cluster,
	{ clients, bounds, counters }: Workload,
	until: <T>(answer: Promise<T>) => Promise<T>,
): Promise<void> {
	const { random, scheduler, settings, clocks } = cluster;
	const { limits, per } = settings.totalBounds;
	// Nobody knows then in which period a count is.
	if (!limits || (per && clocks.areDisturbed)) return;
	const add = (counter: string, by: number) => {
		const shard = random.int(0, settings.shardCount - 1);
		return until(clients.countAt(`shard${shard}`, counter, by));
	};
	const read = async (counter: string) => {
		const limit = await until(bounds.read(counter));
		const end = cluster.fromEpoch(limit?.resetsAt ?? Infinity);
		if (end > scheduler.now + GIVING_OUT_MS) return limit;
		await until(new Promise<void>((go) => scheduler.after(GIVING_OUT_MS, go)));
		return until(bounds.read(counter));
	};
	for (const counter of counters)
		for (const sign of [1, -1]) {
			const limit = await read(counter);
			if (!limit)
				cluster.report(`the bounds of ${counter} cannot be read at rest`);
			const bound = sign > 0 ? limit?.max : limit?.min;
			if (!limit || bound === undefined) continue;
			let left = sign * (bound - limit.used);
			for (let parts = PARTS; left > 0; parts = Math.max(1, parts - 1)) {
				const by = Math.ceil(left / parts);
				if ((await add(counter, sign * by)) !== "acknowledged")
					cluster.report(
						`at rest ${counter} has ${left} left to ${bound}, and ${by} are not given out`,
					);
				left -= by;
			}
			if ((await add(counter, sign)) === "acknowledged")
				cluster.report(`at rest ${counter} goes past its bound of ${bound}`);
		}
}
