import { RETENTION_MS } from "../../templates/runtime/global/page-publisher.ts";
import type { KvReader } from "../../templates/runtime/kv/reader.ts";
import type { Cluster } from "./cluster.ts";
import { checkTop } from "./judge-top.ts";
import { ELSEWHERE_MS, KvPlaces } from "./kv-places.ts";
import type { Life } from "./object.ts";

/** The KV binding; of its methods, those that the runtime calls. */
type Binding = ConstructorParameters<typeof KvReader>[0];

interface Entry {
	text: string;
	metadata: { asOf: number; isManifest?: boolean } | undefined;
}

/**
 * A put of an object that died may still land, but within this time after it
 * was begun: the pace of a second between two puts then keeps them in order.
 */
const LANDS_WITHIN_MS = 700;

/** The least time between two puts of a key. */
const PACE_MS = 1_000;

/** A put that is never answered is given up after so long. */
const GIVEN_UP_MS = 60_000;

/** KV where the objects live: the newest put of a key wins. */
export class SimulatedKv {
	readonly #cluster: Cluster;
	readonly #entries = new Map<string, Entry>();
	/** Every text that was ever put under the key of a page. */
	readonly #pages = new Map<string, string>();
	/** The global object's life that put a list of pages last. */
	#lastListed: Life | undefined;
	/** Keys of pages that were put for a disk that is lost. */
	readonly #forgotten = new Set<string>();
	readonly #elsewhere: KvPlaces<Entry>;
	#writtenAt = -Infinity;
	#lastPut: { at: number; clock: number; by: Life } | undefined;

	/** @param elsewhere other places where it is read */
	constructor(cluster: Cluster, elsewhere: number) {
		const { random, scheduler } = cluster;
		this.#cluster = cluster;
		this.#elsewhere = new KvPlaces(random, scheduler, elsewhere);
	}

	has(key: string): boolean {
		return this.#entries.has(key);
	}

	/** Tells whether a place has something under a key, and will go on having it. */
	isKnownIn(place: number, key: string): boolean {
		return place === 0
			? this.#entries.has(key)
			: this.#elsewhere.hasAnswered(place, key);
	}

	/** The keys of pages that are there, and that some object may know of. */
	pages(): string[] {
		return [...this.#entries.keys()].filter(
			(key) => !isTotals(key) && !this.#forgotten.has(key),
		);
	}

	/** Nobody knows any more of the pages that there are, but for their readers. */
	forgetPages(): void {
		for (const key of this.#pages.keys()) this.#forgotten.add(key);
	}

	/**
	 * Checks at rest that the list of pages under a key has the highest counters. Code
	 * from before these that put the same pages last leaves them to the next list.
	 */
	checkHasTop(key: string): void {
		if (!this.#lastListed?.hasJournal) return;
		const entry = this.#entries.get(key);
		const [first] = entry?.metadata?.isManifest ? JSON.parse(entry.text) : [];
		if (first && !first.top)
			this.#cluster.report(`at rest ${key} has no highest counters`);
	}

	/** True while the last write may not have landed, or has only just. */
	get isWritten(): boolean {
		return this.#cluster.scheduler.now - this.#writtenAt < PACE_MS;
	}

	/** The keys of pages that manifests name. */
	named(): string[] {
		return [...this.#entries.values()].flatMap(namedIn);
	}

	/** The binding as an object has it. */
	writer(from: Life): Binding {
		const put = (
			key: string,
			text: string,
			options?: Pick<Entry, "metadata">,
		) => this.#write(from, key, { text, metadata: options?.metadata });
		const remove = (key: string) => this.#write(from, key, undefined);
		return { put, delete: remove } as unknown as Binding;
	}

	/**
	 * The binding as a Worker has it.
	 *
	 * @param place the place of the reader; 0 is that of the objects
	 * @param found called with a namespace's key that something is under
	 */
	reader(place: number, found: (key: string) => void): Binding {
		const getWithMetadata = (key: string) =>
			new Promise((resolve) =>
				this.#cluster.later(() => {
					const entry =
						place === 0
							? this.#entries.get(key)
							: this.#elsewhere.get(place, key);
					if (entry && isTotals(key)) found(key);
					if (!entry && !isTotals(key)) this.#missed(place, key);
					const answer = entry
						? {
								value: JSON.parse(entry.text),
								metadata: entry.metadata ?? null,
							}
						: { value: null, metadata: null };
					this.#cluster.later(() => resolve(answer));
				}),
			);
		return { getWithMetadata } as unknown as Binding;
	}

	/**
	 * A page may be on its way to a place, but it must be there in the end. Only a
	 * clock that jumps ahead may have it deleted early: docs/correctness.md says so.
	 */
	#missed(place: number, key: string): void {
		const { troubles, scheduler, clocks } = this.#cluster;
		const isOnItsWay = place > 0 && this.#entries.has(key);
		const { aheadAt } = clocks.of("global");
		if (isOnItsWay || scheduler.now - aheadAt < RETENTION_MS + ELSEWHERE_MS)
			troubles.add([placeName(place)], scheduler.now);
		else this.#cluster.report(`a KV read did not find the page ${key}`);
	}

	/** Puts or, without an entry, deletes. */
	#write(from: Life, key: string, entry: Entry | undefined): Promise<void> {
		const begun = this.#cluster.scheduler.now;
		this.#writtenAt = begun;
		return new Promise((resolve, reject) => {
			const { scheduler, troubles } = this.#cluster;
			const settle = (done: () => void) =>
				this.#cluster.later(() => from.alive && done(), "kv");
			from.object.gate(() => {
				if (isTotals(key)) this.#checkPace(from, begun);
				const { random, faults, outages } = this.#cluster;
				const { now } = scheduler;
				const refuses =
					outages.includes("kv") || random.chance(faults.kvRefuses);
				const answerLost = random.chance(faults.kvAnswerLost);
				const isSlow = random.chance(faults.slow);
				const hangs = random.chance(faults.hangs);
				const latest = Math.max(begun + LANDS_WITHIN_MS - now, 0);
				const wait = Math.min(
					random.int(0, isSlow ? LANDS_WITHIN_MS : 20),
					latest,
				);
				scheduler.after(wait, () => {
					if (!refuses) this.#take(from, key, entry);
					if (hangs) {
						troubles.add(["kv"], now, now + GIVEN_UP_MS);
						return this.#cluster.trace("kv", "never answers");
					}
					settle(() => {
						if (!refuses && !answerLost) return resolve();
						troubles.add(["kv"], now, scheduler.now);
						reject(new Error("kv failed"));
					});
				});
			});
		});
	}

	#take(from: Life, key: string, entry: Entry | undefined): void {
		this.#elsewhere.put(key, entry);
		if (!entry) {
			this.#entries.delete(key);
			this.#cluster.trace("kv", `deletes ${key}`);
			return;
		}
		this.#entries.set(key, entry);
		this.#cluster.trace("kv", `takes ${key} ${entry.text}`);
		this.#checkSize(key, entry);
		for (const named of namedIn(entry))
			if (!this.#entries.has(named))
				this.#cluster.report(`a manifest names ${named}, which is not there`);
		if (entry.metadata?.isManifest) {
			this.#lastListed = from;
			checkTop(
				this.#cluster,
				from.settings.top.counters,
				JSON.parse(entry.text),
				this.#pages,
			);
		}
		if (isTotals(key)) return;
		const before = this.#pages.get(key) ?? entry.text;
		if (before !== entry.text)
			this.#cluster.report(`the page ${key} is put with another text`);
		this.#pages.set(key, entry.text);
	}

	#checkSize(key: string, { text, metadata }: Entry): void {
		if (metadata?.isManifest) return;
		// Two braces, and a comma less than there are counters.
		const size = Buffer.byteLength(text) - 1;
		if (
			size > this.#cluster.pageBytes &&
			Object.keys(JSON.parse(text)).length > 1
		)
			this.#cluster.report(`what ${key} has does not fit into a page`);
	}

	#checkPace(by: Life, at: number): void {
		const last = this.#lastPut;
		const clock = at + by.skew;
		if (last) {
			const slack = last.by === by ? 0 : Math.abs(last.by.skew - by.skew);
			const { clocks, faults } = this.#cluster;
			const pace = PACE_MS * (1 - 2 * faults.drift) - slack;
			// A clock that jumped ahead since: KV refuses one put, and no more.
			const isDisturbed = clocks.of("global").disturbedAt >= last.at;
			if (at - last.at < pace && !isDisturbed)
				this.#cluster.report(`two puts to KV within ${at - last.at} ms`);
		}
		this.#lastPut = { at, clock, by };
	}
}

/** A place as judges call it. */
export function placeName(place: number): string {
	return `place${place}`;
}

/** Tells a namespace's key from those of pages. */
function isTotals(key: string): boolean {
	return key.endsWith("~counters");
}

function namedIn({ text, metadata }: Entry): string[] {
	return metadata?.isManifest
		? (JSON.parse(text) as { key: string }[]).map(({ key }) => key)
		: [];
}
