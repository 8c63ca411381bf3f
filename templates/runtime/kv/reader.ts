import { binding } from "../binding.ts";
import { errorText } from "../log.ts";
import { compareNames } from "../names.ts";
import { withDeadline } from "../object/deadline.ts";
import type { Host } from "../object/host.ts";
import { wait } from "../object/host.ts";
import { CounterProblem } from "../problem.ts";
import { type Entry, type NameRange, toRecord } from "../protocol.ts";
import { type CounterSettings, objectLog } from "../settings.ts";
import { namingFullStorage } from "../storage-full.ts";
import { type KvMetadata, type KvPage, kvKey } from "./kv.ts";
import { isolateMemory, type KvMemory, type KvValue } from "./memory.ts";

/** Totals as published. */
export interface Published {
	entries: Entry[];
	/**
	 * Moment of the totals, milliseconds since 1970; missing before the first
	 * publication, and of what something else wrote.
	 */
	asOf: number | undefined;
	/** The name that the part ends with; missing if none comes after it. */
	last?: string | undefined;
}

/**
 * Time for which a location may answer from its own copy. The least that KV
 * takes. https://developers.cloudflare.com/kv/api/read-key-value-pairs/
 */
const CACHE_TTL_S = 30;

/** Stands for a page that was there when its manifest was put. */
class PageGone extends Error {}

type KvHost = Pick<Host, "wait" | "log">;

/** Reads of a namespace, as one of this isolate. */
export function kvReader(env: object, settings: CounterSettings): KvReader {
	const kv = binding<KVNamespace>(env, settings.kvNamespace);
	return new KvReader(kv, settings, isolateMemory, {
		wait,
		log: objectLog(settings, "kv"),
	});
}

/** Reads what was published. All of an answer is from one publication. */
export class KvReader {
	readonly #kv: KVNamespace;
	readonly #settings: CounterSettings;
	readonly #memory: KvMemory;
	readonly #host: KvHost;

	constructor(
		kv: KVNamespace,
		settings: CounterSettings,
		memory: KvMemory,
		host: KvHost,
	) {
		this.#kv = kv;
		this.#settings = settings;
		this.#memory = memory;
		this.#host = host;
	}

	/** One total; no value if it was never counted. */
	total(
		name: string,
	): Promise<{ value: number | undefined; asOf: number | undefined }> {
		return this.#read(async (published) => {
			const [page] = pagesFrom(published, name);
			const totals = page && (await this.#totals(page));
			return { value: totals?.get(name), asOf: published.asOf };
		});
	}

	/** All totals. */
	async counters(): Promise<Record<string, number>> {
		return toRecord((await this.totals({ from: "" })).entries);
	}

	/** At most `limit` totals, from a name on; without a limit, all of them. */
	totals({ from }: NameRange, limit = Infinity): Promise<Published> {
		return this.#read(async (published) => {
			const { asOf } = published;
			const entries: Entry[] = [];
			for (const page of pagesFrom(published, from)) {
				// Only the first page can be empty: there is more in this one.
				if (entries.length === limit)
					return { entries, asOf, last: entries.at(-1)?.[0] };
				for (const entry of await this.#totals(page)) {
					if (compareNames(entry[0], from) < 0) continue;
					if (entries.length === limit)
						return { entries, asOf, last: entries.at(-1)?.[0] };
					entries.push(entry);
				}
			}
			return { entries, asOf };
		});
	}

	/** Once more if a page is gone: its manifest was a very old copy. */
	async #read<T>(
		read: (published: KvValue) => Promise<T>,
		isLast = false,
	): Promise<T> {
		try {
			return await read(await this.published());
		} catch (error) {
			if (!(error instanceof PageGone)) throw error;
			if (isLast) throw new CounterProblem(pageGone);
			this.#forget();
			return this.#read(read, true);
		}
	}

	/** Reads the list of pages anew; what else the isolate knows stays. */
	#forget(): void {
		for (const prefix of this.#prefixes)
			this.#memory.forget(this.#nameOf(kvKey(prefix)));
	}

	get #prefixes(): readonly string[] {
		const { kvPrefix, earlierKvPrefixes } = this.#settings;
		return [kvPrefix, ...earlierKvPrefixes];
	}

	#nameOf(key: string): string {
		return `${this.#settings.kvNamespace} ${key}`;
	}

	/**
	 * Reads what is under the current key or, as long as nothing was published there,
	 * under the newest earlier one that has something.
	 */
	async published(): Promise<KvValue> {
		for (const prefix of this.#prefixes) {
			const value = await this.#get(kvKey(prefix), false);
			if (value) return value;
		}
		return { asOf: undefined, totals: new Map() };
	}

	async #totals(
		page: KvPage | ReadonlyMap<string, number>,
	): Promise<ReadonlyMap<string, number>> {
		if (!("key" in page)) return page;
		const value = await this.#get(page.key, true);
		if (value && "totals" in value) return value.totals;
		throw new PageGone();
	}

	async #get(key: string, isPage: boolean): Promise<KvValue | undefined> {
		const name = this.#nameOf(key);
		const known = this.#memory.get(name);
		if (known) return known;
		const remember = this.#memory.reading(name);
		const { value, metadata } = await this.#ask(key);
		if (value === null) return undefined;
		const parsed = parse(value, metadata);
		remember(parsed, isPage);
		return parsed;
	}

	async #ask(key: string) {
		const options = { type: "json", cacheTtl: CACHE_TTL_S } as const;
		const answer = this.#kv.getWithMetadata<object, KvMetadata>(key, options);
		try {
			return await withDeadline(this.#host, answer);
		} catch (error) {
			// The KV of `serve` is on the same disk as the counts, and says so.
			const named = await namingFullStorage(error, {}, this.#host.log);
			if (named !== error) throw named;
			const details = { error: errorText(error) };
			this.#host.log("warn", "kv-unreachable", details);
			throw new CounterProblem(unavailable);
		}
	}
}

function parse(value: object, metadata: KvMetadata | null): KvValue {
	const asOf = metadata?.asOf;
	if (metadata?.isManifest) return { asOf, pages: value as KvPage[] };
	const entries: Entry[] = Object.entries(value);
	// Objects put names that are whole numbers before all others.
	entries.sort(([a], [b]) => compareNames(a, b));
	return { asOf, totals: new Map(entries) };
}

/** The pages that a name, and those after it, are in. */
function pagesFrom(
	published: KvValue,
	name: string,
): readonly (KvPage | ReadonlyMap<string, number>)[] {
	if ("totals" in published) return [published.totals];
	const { pages } = published;
	const after = pages.findIndex(({ first }) => compareNames(first, name) > 0);
	return pages.slice(Math.max((after < 0 ? pages.length : after) - 1, 0));
}

const unavailable = {
	code: "kv-unavailable",
	status: 503,
	title: "KV does not answer",
	detail:
		"Counting goes on without it. Try again in a few seconds, or read from global",
	retryAfter: 5,
} as const;

const pageGone = {
	code: "kv-page-gone",
	status: 503,
	title: "A part of the totals is not there",
	detail:
		"KV answered with a list of pages that is too old. Try again in a few seconds, or read from global",
	retryAfter: 5,
} as const;
