import { type KvWriter, kvKey, manifestText } from "../kv/kv.ts";
import { errorText } from "../log.ts";
import { withDeadline } from "../object/deadline.ts";
import type { Host } from "../object/host.ts";
import type { PageStorage } from "./page-storage.ts";
import type { Snapshot } from "./publication-storage.ts";

/** A put that is given up may land later, so it is given long. */
const KV_TIMEOUT_MS = 60_000;

/** Pages that are put, or deleted, at the same time. */
const PAGES_AT_ONCE = 4;

/** Keys that one alarm deletes. */
const MAX_DELETED_KEYS = 100;

/**
 * For so long a page is kept that is no longer named. Readers may have the
 * manifest before: KV shows a write elsewhere after up to a minute, a location
 * keeps its copy for another half, an isolate for a second.
 */
export const RETENTION_MS = 600_000;

/** Surroundings of a publisher: its object, and the keys of KV. */
export interface PageHost extends Host {
	kv: KvWriter;
	/** Most bytes of JSON in a page. */
	pageBytes: number;
}

/** Puts a snapshot under the keys of KV, and deletes what is no longer named. */
export class PagePublisher {
	readonly #key: string;
	readonly #storage: PageStorage;
	readonly #host: PageHost;
	/** Next moment at which there may be something to delete. */
	#deleteAt: number | undefined;

	constructor(kvPrefix: string, storage: PageStorage, host: PageHost) {
		this.#key = kvKey(kvPrefix);
		this.#storage = storage;
		this.#host = host;
		this.#deleteAt = storage.staleAt();
	}

	get deleteAt(): number | undefined {
		return this.#deleteAt;
	}

	/**
	 * Puts the pages that KV does not have. No reader sees them until the
	 * manifest names them.
	 */
	async putPages(): Promise<void> {
		for (;;) {
			const pages = this.#storage.staged(PAGES_AT_ONCE);
			if (pages.length === 0) return;
			await this.#each(pages, async ({ key, text }) => {
				await this.#host.kv.put(key, text);
				this.#storage.put(key);
			});
		}
	}

	/** Puts what readers begin with: all totals, or the list of their pages. */
	async putTotals({ asOf, text }: Snapshot): Promise<void> {
		const { kv } = this.#host;
		const put =
			text === undefined
				? kv.put(this.#key, manifestText(this.#storage.names()), {
						asOf,
						isManifest: true,
					})
				: kv.put(this.#key, text, { asOf });
		await withDeadline(this.#host, put, KV_TIMEOUT_MS);
	}

	/** To be called when a publication was noted. */
	published(): void {
		this.#deleteAt = this.#storage.staleAt();
	}

	/** Deletes pages that were kept long enough. Never throws: it tries later. */
	async deleteStale(): Promise<void> {
		const now = this.#host.now();
		if (this.#deleteAt === undefined) return;
		// The clock has stepped back: they are kept anew, but no longer.
		if (this.#deleteAt > now + RETENTION_MS) {
			this.#storage.keepUntil(now + RETENTION_MS);
			this.#deleteAt = this.#storage.staleAt();
			return;
		}
		if (this.#deleteAt > now) return;
		const keys = this.#storage.stale(now, MAX_DELETED_KEYS);
		try {
			for (let n = 0; n < keys.length; n += PAGES_AT_ONCE)
				await this.#each(keys.slice(n, n + PAGES_AT_ONCE), async (key) => {
					await this.#host.kv.delete(key);
					this.#storage.deleted(key);
				});
			this.#deleteAt = this.#storage.staleAt();
		} catch (error) {
			this.#deleteAt = this.#host.now() + KV_TIMEOUT_MS;
			this.#host.log("warn", "delete-failed", { error: errorText(error) });
		}
	}

	/** Does it to all at once; throws, if any failed, once all have ended. */
	async #each<T>(
		items: readonly T[],
		run: (item: T) => Promise<void>,
	): Promise<void> {
		const results = await Promise.allSettled(
			items.map((item) => withDeadline(this.#host, run(item), KV_TIMEOUT_MS)),
		);
		for (const result of results)
			if (result.status === "rejected") throw result.reason;
	}
}
