import type { readTotals } from "../../templates/runtime/kv.ts";
import type { Cluster } from "./cluster.ts";
import type { Life } from "./object.ts";

/** The KV binding; of its methods, those that the runtime calls. */
type Binding = Parameters<typeof readTotals>[0];

interface Entry {
	text: string;
	metadata: unknown;
}

/**
 * A put of an object that died may still land, but within this time after it
 * was begun: the pace of a second between two puts then keeps them in order.
 */
const LANDS_WITHIN = 700;

/** KV as one place: the newest put of a key wins. */
export class SimulatedKv {
	readonly #cluster: Cluster;
	readonly #entries = new Map<string, Entry>();
	#lastPut: { at: number; clock: number; by: Life } | undefined;

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	has(key: string): boolean {
		return this.#entries.has(key);
	}

	/** The binding as an object has it. */
	writer(from: Life): Binding {
		const put = (
			key: string,
			text: string,
			{ metadata }: Pick<Entry, "metadata">,
		) => this.#put(from, key, { text, metadata });
		return { put } as unknown as Binding;
	}

	/**
	 * The binding as a Worker has it.
	 *
	 * @param found called with a key that something is under
	 */
	reader(found: (key: string) => void): Binding {
		const getWithMetadata = (key: string) =>
			new Promise((resolve) =>
				this.#cluster.later(() => {
					const entry = this.#entries.get(key);
					if (entry) found(key);
					const answer = entry
						? { value: JSON.parse(entry.text), metadata: entry.metadata }
						: { value: null, metadata: null };
					this.#cluster.later(() => resolve(answer));
				}),
			);
		return { getWithMetadata } as unknown as Binding;
	}

	#put(from: Life, key: string, entry: Entry): Promise<void> {
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
						this.#entries.set(key, entry);
						this.#cluster.trace("kv", `takes ${key} ${entry.text}`);
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
