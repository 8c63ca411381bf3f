import type { Totals } from "../../templates/runtime/protocol.ts";
import type { Cluster } from "./cluster.ts";
import type { Life } from "./object.ts";

/**
 * A put of an object that died may still land, but within this time after it
 * was begun: the pace of a second between two puts then keeps them in order.
 */
const LANDS_WITHIN = 700;

/** KV as one place: the newest put wins. */
export class SimulatedKv {
	readonly #cluster: Cluster;
	value: Totals | undefined;
	#lastPut: { at: number; clock: number; by: Life } | undefined;

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	put(from: Life, totals: Totals): Promise<void> {
		const copy = structuredClone(totals);
		const begun = this.#cluster.scheduler.now;
		return new Promise((resolve, reject) => {
			const settle = (done: () => void) =>
				this.#cluster.later(() => from.alive && done());
			from.object.gate(() => {
				this.#checkPace(from, begun);
				const { random, faults, scheduler } = this.#cluster;
				const refuses = random.chance(faults.kvRefuses);
				const answerLost = random.chance(faults.kvAnswerLost);
				const isSlow = random.chance(faults.slow);
				const latest = Math.max(begun + LANDS_WITHIN - scheduler.now, 0);
				const wait = Math.min(
					random.int(0, isSlow ? LANDS_WITHIN : 20),
					latest,
				);
				scheduler.after(wait, () => {
					if (!refuses) {
						this.value = copy;
						this.#cluster.trace("kv", `takes ${JSON.stringify(copy.entries)}`);
					}
					if (random.chance(faults.hangs))
						return this.#cluster.trace("kv", "never answers");
					const failed = refuses || answerLost;
					settle(() => (failed ? reject(new Error("kv failed")) : resolve()));
				});
			});
		});
	}

	#checkPace(by: Life, at: number): void {
		const last = this.#lastPut;
		const clock = at + by.skew;
		if (last) {
			const slack = last.by === by ? 0 : Math.abs(last.by.skew - by.skew);
			if (at - last.at < 1_000 - slack)
				this.#cluster.report(`two puts to KV within ${at - last.at} ms`);
		}
		this.#lastPut = { at, clock, by };
	}
}
