import type { Recall, Returned } from "../bounds/contract.ts";
import type { Held } from "../history/contract.ts";
import { compareNames } from "../names.ts";
import type { Host } from "../object/host.ts";
import { firstOf } from "../paging.ts";
import type { Refusal } from "../problem.ts";
import {
	addUp,
	type Entry,
	type Holdings,
	MAX_BATCH_CHARACTERS,
	type NameChoice,
	type Part,
	sizeOf,
	type Totals,
} from "../protocol.ts";
import type { CounterSettings } from "../settings.ts";
import {
	type Asked,
	everyShard,
	SHARDS_AT_ONCE,
	shardUnreachable,
} from "./every-shard.ts";
import { exactTotals, missingOf, type ShardState } from "./exact.ts";
import type { GlobalStorage } from "./storage.ts";

/** Entries that an exact read may gather from shards: some 30 MB of an object's 128. */
const MAX_EXACT_ENTRIES = 200_000;

/** Bound of the answers on their way, in characters: some 50 MB. */
const MAX_IN_FLIGHT_CHARACTERS = 2 * MAX_BATCH_CHARACTERS;

/** Time that shards may take to give back loans, while others wait for them. */
const RECALL_TIMEOUT_MS = 4_000;

/** Calls to shards. */
export interface ShardsHost extends Host {
	/** Has a shard flush everything, and forget which names were registered. */
	drain(
		shard: number,
		...what: [string | true, turn?: number]
	): Promise<boolean>;
	/** Has a shard give back loans, or say how they stand. */
	recall(shard: number, recall: Recall): Promise<Returned>;
	/**
	 * Asks a shard what it holds of some names; of all without a choice. If all that it
	 * holds weighs more than `most`, it answers how much that is, and nothing else.
	 */
	holdings(
		shard: number,
		choice?: NameChoice,
		most?: number,
	): Promise<Holdings>;
}

/**
 * Does what takes an answer of every shard, within bounds of memory as long as one
 * of these is under way at a time.
 */
export class FanOut {
	readonly #settings: CounterSettings;
	readonly #storage: GlobalStorage;
	readonly #host: ShardsHost;

	constructor(
		settings: CounterSettings,
		storage: GlobalStorage,
		host: ShardsHost,
	) {
		this.#settings = settings;
		this.#storage = storage;
		this.#host = host;
	}

	/** All shards that may have counted. */
	get shards(): number[] {
		return this.#storage.shards();
	}

	/** See `GlobalRole.exact`. */
	async exact(part: Part): Promise<Totals | Refusal> {
		const asOf = this.#host.now();
		const { from } = part;
		const limit = this.mostOf(part);
		// All that counts has registered, so a part has about as many names as it may.
		// But it is all names up to its end: a reset may have forgotten some.
		const end = this.#storage.lastOf(part, limit);
		const range = { from, to: end ?? part.to };
		const { answers, unreachable } = await this.#ask(range);
		// In one step, after the last answer: batches may have arrived meanwhile.
		const all = exactTotals(
			this.#storage.totals(range),
			this.#statesOf(answers),
		);
		const { entries, last = end } = firstOf(all, limit);
		if (unreachable.length === 0) return { entries, asOf, last };
		return shardUnreachable(unreachable, Object.fromEntries(entries));
	}

	/** Does the same for some names, all in one round; answers one of them after the other. */
	async exactOf(
		names: ReadonlySet<string>,
	): Promise<(name: string) => Totals | Refusal> {
		const asOf = this.#host.now();
		const sorted = [...names].sort(compareNames);
		const choice = { from: sorted[0] ?? "", to: sorted.at(-1), names: sorted };
		const most = sorted.length > 1 ? this.#mostOnTheirWay() : undefined;
		const { answers, unreachable } = await this.#everyShard(async (shard) => {
			const holdings = await this.#host.holdings(shard, choice, most);
			// A shard of earlier code knows ranges only, and this one may be wide.
			if (holdings.omitted !== undefined)
				throw new Error("it holds too much for several names at once");
			return holdings;
		});
		// In one step, after the last answer: batches may have arrived meanwhile.
		const sums = new Map(
			exactTotals(this.#storage.totalsOf(sorted), this.#statesOf(answers)),
		);
		return (name) => {
			const sum = sums.get(name);
			const entries: Entry[] = sum === undefined ? [] : [[name, sum]];
			if (unreachable.length === 0) return { entries, asOf };
			return shardUnreachable(unreachable, Object.fromEntries(entries));
		};
	}

	/** Asks shards what they hold, for questions that are not for totals alone. */
	async ask(choice: NameChoice, shards?: readonly number[]): Promise<Held> {
		const { answers, unreachable } = await this.#ask(choice, shards);
		return {
			answers,
			refusal: refusalOf(unreachable),
			missing: () => this.#statesOf(answers).flatMap(missingOf),
			addTo: (totals) => exactTotals(totals, this.#statesOf(answers)),
		};
	}

	#ask(choice: NameChoice, shards?: readonly number[]) {
		const ask = (shard: number) => this.#host.holdings(shard, choice);
		return this.#everyShard(ask, shards);
	}

	/** Finds how many names may be asked for: each shard may hold each twice, sealed and open. */
	mostOf({ limit }: Part): number {
		const most =
			MAX_EXACT_ENTRIES / (2 * Math.max(1, this.#storage.shards().length));
		return Math.max(1, Math.min(limit, Math.floor(most)));
	}

	/** Finds of shards that hold something how much of it is in the totals. */
	#statesOf(answers: Asked<Holdings>["answers"]): ShardState[] {
		return answers
			.filter(([, { sealed, pending }]) => sealed.length + pending.length > 0)
			.map(([shard, holdings]) => ({
				holdings,
				applied: this.#storage.applied(shard, holdings.epoch),
			}));
	}

	/** Bounds what one of the answers that are on their way may weigh, in characters. */
	#mostOnTheirWay(): number {
		const calls = Math.min(SHARDS_AT_ONCE, this.#storage.shards().length);
		return Math.floor(MAX_IN_FLIGHT_CHARACTERS / calls);
	}

	/** See `GlobalRole.shards`. */
	async holdings(): Promise<(readonly Entry[])[] | Refusal> {
		const onTheirWay = this.#mostOnTheirWay();
		let room = MAX_BATCH_CHARACTERS;
		const { answers, unreachable } = await this.#everyShard(async (shard) => {
			const most = Math.max(0, Math.min(room, onTheirWay));
			const { sealed, pending, omitted } = await this.#host.holdings(
				shard,
				undefined,
				most,
			);
			const entries = addUp([sealed, pending]);
			room -= omitted === undefined ? sizeOf(entries) : Infinity;
			return {
				count: omitted ?? entries.length,
				// Past the bound only numbers are kept.
				entries: room < 0 ? [] : entries,
			};
		});
		if (room < 0)
			return tooMuchHeld(
				byShard(answers, ({ count }) => count),
				unreachable,
			);
		if (unreachable.length > 0)
			return shardUnreachable(
				unreachable,
				byShard(answers, ({ entries }) => Object.fromEntries(entries)),
			);
		// Retired shards that have never counted have answered, too.
		const [last = -1] =
			[...answers]
				.reverse()
				.find(
					([shard, { count }]) =>
						count > 0 || this.#storage.hasBatchesOf(shard),
				) ?? [];
		const holdings = new Map(answers);
		return Array.from(
			{ length: Math.max(this.#settings.shardCount, last + 1) },
			(_, shard) => holdings.get(shard)?.entries ?? [],
		);
	}

	/**
	 * Has every shard flush all, and forget that one counter or, without a name,
	 * all are registered; answers a refusal if a shard cannot be reached.
	 */
	async drain(
		name: string | undefined,
		...turn: [number?]
	): Promise<Refusal | undefined> {
		const { unreachable } = await this.#everyShard((shard) =>
			this.#host.drain(shard, name ?? true, ...turn),
		);
		return refusalOf(unreachable);
	}

	/** Recalls loans from shards; those that do not answer in time are left out. */
	async recall(
		recalls: ReadonlyMap<number, Recall>,
	): Promise<Map<number, Returned>> {
		const ask = async (shard: number) =>
			this.#host.recall(shard, recalls.get(shard) as Recall);
		const shards = [...recalls.keys()];
		const asked = await everyShard(this.#host, shards, ask, RECALL_TIMEOUT_MS);
		return new Map(asked.answers);
	}

	#everyShard<T>(
		ask: (shard: number) => Promise<T>,
		shards: readonly number[] = this.shards,
	): Promise<Asked<T>> {
		return everyShard(this.#host, shards, ask);
	}
}

/** Refuses if there are shards that did not answer. */
function refusalOf(unreachable: readonly string[]): Refusal | undefined {
	return unreachable.length > 0 ? shardUnreachable(unreachable) : undefined;
}

/** An object from `shard0`, `shard1`, … to something of each. */
function byShard<T, Shown>(
	answers: Asked<T>["answers"],
	show: (answer: T) => Shown,
): Record<string, Shown> {
	return Object.fromEntries(
		answers.map(([shard, answer]) => [`shard${shard}`, show(answer)]),
	);
}

function tooMuchHeld(
	held: Record<string, number>,
	unreachable: readonly string[],
): Refusal {
	return {
		problem: {
			code: "too-much-held",
			status: 503,
			title: "The shards hold too much for one answer",
			detail:
				"Ask for /shard/:n/counters, one shard after the other; `held` says how many counts each holds. Once they have flushed, all fit into one answer again",
			retryAfter: 5,
			extra: { held, unreachable },
		},
	};
}
