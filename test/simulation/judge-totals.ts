import { isDeepStrictEqual } from "node:util";
import type { Cluster } from "./cluster.ts";
import type { SimulatedObject } from "./object.ts";
import type { Storage } from "./storage.ts";
import { totalsOnDisk, writtenOnDisk } from "./totals-on-disk.ts";

/** The disk of the global object after a step. */
interface State {
	/** Another one after it was lost. */
	storage: Storage;
	/** Another one after a crash. */
	life: unknown;
	/** Batches and resets: nothing else changes a total. */
	changes: string;
	totals: ReadonlyMap<string, number>;
	/** Reasons to publish: a first write that KV lacks, or a reset. */
	reasons: number;
	/** Pages that KV has otherwise. */
	marked: readonly unknown[];
}

/**
 * Judges what the global object does besides: as long as no batch and no reset came,
 * its totals stay, wherever it keeps them, and nothing is to be published that was
 * not before.
 */
export class TotalsJudge {
	readonly #cluster: Cluster;
	#last: State | undefined;
	#writes = 0;

	constructor(cluster: Cluster) {
		this.#cluster = cluster;
	}

	/** To be called after each step of the schedule. */
	stepped(): void {
		const global = this.#cluster.objects.get("global");
		if (!global?.storage.has("unpublished") || global.writes === this.#writes)
			return;
		this.#writes = global.writes;
		const last = this.#last;
		const state = stateOf(global);
		this.#last = state;
		if (last?.storage !== state.storage || last.changes !== state.changes)
			return;
		const report = (what: string) =>
			this.#cluster.report(`without a batch or a reset, ${what}`);
		if (!isDeepStrictEqual(last.totals, state.totals))
			report(
				`totals changed from ${JSON.stringify([...last.totals])} to ${JSON.stringify([...state.totals])}`,
			);
		// A crash takes back what was not durable.
		if (last.life !== state.life) return;
		if (state.marked.length > last.marked.length)
			report("the global object marked pages");
		if (state.reasons > last.reasons)
			report("the global object noted something to publish");
	}
}

function stateOf({ storage, incarnation }: SimulatedObject): State {
	const [row] = storage.rows<{
		settled: number;
		since: unknown;
		urgent: number;
	}>("SELECT settled, since, urgent FROM unpublished");
	return {
		storage,
		life: incarnation,
		changes: JSON.stringify([writtenOnDisk(storage), row?.settled]),
		totals: totalsOnDisk(storage),
		reasons: (row?.since === null ? 0 : 1) + (row?.urgent ?? 0),
		marked: storage.rows("SELECT 1 FROM pages WHERE dirty = 1"),
	};
}
