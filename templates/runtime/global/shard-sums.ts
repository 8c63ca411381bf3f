import type { ShardStats } from "../object/health.ts";
import { type Batch, volumeOf } from "../protocol.ts";

/** The epoch that a shard has before its first batch. */
const NO_EPOCH = 0;

/**
 * Sums of an epoch of a shard: the number of its last batch in the totals, and
 * sums of them all. Each number only grows, so the highest of two reports holds.
 */
export type ShardSumsItem = readonly [
	shard: number,
	epoch: number,
	seq: number,
	flushes: number,
	requests: number,
	volume: number,
	/** Its mark, where history is kept: see `Batch`. */
	mark?: number,
];

/**
 * Knows which batches are in the totals, and their sums, by shard and epoch.
 *
 * Epochs have no order: a batch may arrive after its shard has lost its storage
 * and started over, and is counted all the same.
 */
export class ShardSums {
	/** By shard, then by epoch. */
	readonly #shards = new Map<number, Map<number, ShardSumsItem>>();
	#written = 0;

	/** Batches ever applied. */
	get written(): number {
		return this.#written;
	}

	/** Everything there is to know. */
	items(): ShardSumsItem[] {
		return [...this.#shards.values()].flatMap((epochs) => [...epochs.values()]);
	}

	/** Tells whether a shard is known to hold counts. */
	has(shard: number): boolean {
		return this.#shards.has(shard);
	}

	/** The last batch of a shard's epoch that is in the totals; 0 before the first. */
	applied(shard: number, epoch: number): number {
		return this.#item(shard, epoch)[2];
	}

	/** Tells whether any batch of a shard is in the totals. */
	hasBatches(shard: number): boolean {
		return this.#epochs(shard).some(([, , seq]) => seq > 0);
	}

	/** Reports what a shard has brought once this batch is in the totals, too. */
	with(
		{ shard, epoch, seq, requests, entries }: Batch,
		mark?: number,
	): ShardSumsItem {
		const [, , , flushes, earlier, volume] = this.#item(shard, epoch);
		return [
			shard,
			epoch,
			seq,
			flushes + 1,
			earlier + requests,
			volume + volumeOf(entries),
			...(mark === undefined ? ([] as const) : ([mark] as const)),
		];
	}

	/** Takes note of a report, unless a later one is known. */
	note(item: ShardSumsItem): void {
		const [shard, epoch, , flushes] = item;
		const [, , , before] = this.#item(shard, epoch);
		if (flushes < before) return;
		this.#written += flushes - before;
		const epochs = this.#shards.get(shard) ?? new Map<number, ShardSumsItem>();
		this.#shards.set(shard, epochs.set(epoch, item));
	}

	/** Sums up by shard, in their order, what is in the totals. */
	stats(): ShardStats[] {
		const shards = [...this.#shards.keys()].sort((a, b) => a - b);
		return shards.map((shard) => {
			const stats = { shard, flushes: 0, requests: 0, volume: 0 };
			for (const [, , , flushes, requests, volume] of this.#epochs(shard)) {
				stats.flushes += flushes;
				stats.requests += requests;
				stats.volume += volume;
			}
			return stats;
		});
	}

	#epochs(shard: number): ShardSumsItem[] {
		return [...(this.#shards.get(shard)?.values() ?? [])];
	}

	#item(shard: number, epoch: number): ShardSumsItem {
		return this.#shards.get(shard)?.get(epoch) ?? [shard, epoch, 0, 0, 0, 0];
	}
}

/** Says that a shard is there, which has brought nothing. */
export function nothingOf(shard: number, mark?: number): ShardSumsItem {
	const item = [shard, NO_EPOCH, 0, 0, 0, 0] as const;
	return mark === undefined ? item : [...item, mark];
}
