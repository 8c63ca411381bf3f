import { type KvWriter, kvKey, manifestText } from "../kv/kv.ts";
import { errorText } from "../log.ts";
import type { World } from "../object/alarm.ts";
import { withDeadline } from "../object/deadline.ts";
import type { PageStorage } from "./page-storage.ts";
import type { Snapshot } from "./publication-storage.ts";

/** A put that is given up may land later, so it is given long. */
const KV_PATIENCE = 60_000;

/** Pages that are put, or deleted, at the same time. */
const AT_ONCE = 4;

/** Keys that one alarm deletes. */
const DELETED_AT_ONCE = 100;

/**
 * For so long a page is kept that is no longer named. Readers may have the
 * manifest before: KV shows a write elsewhere after up to a minute, a location
 * keeps its copy for another half, an isolate for a second.
 */
export const RETENTION = 600_000;

/** How a namespace's keys of KV are written to. */
export interface PageWorld extends World {
	kv: KvWriter;
	/** Most bytes of JSON in a page. */
	pageSize: number;
}

/** Puts a snapshot under the keys of KV, and deletes what is no longer named. */
export class PagePublisher {
	readonly #key: string;
	readonly #storage: PageStorage;
	readonly #world: PageWorld;
	/** When there may be something to delete. */
	#deleteAt: number | undefined;

	constructor(kvPrefix: string, storage: PageStorage, world: PageWorld) {
		this.#key = kvKey(kvPrefix);
		this.#storage = storage;
		this.#world = world;
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
			const pages = this.#storage.staged(AT_ONCE);
			if (pages.length === 0) return;
			await this.#each(pages, async ({ key, text }) => {
				await this.#world.kv.put(key, text);
				this.#storage.put(key);
			});
		}
	}

	/** Puts what readers begin with: all totals, or the list of their pages. */
	async putTotals({ asOf, text }: Snapshot): Promise<void> {
		const { kv } = this.#world;
		const put =
			text === undefined
				? kv.put(this.#key, manifestText(this.#storage.names()), {
						asOf,
						isManifest: true,
					})
				: kv.put(this.#key, text, { asOf });
		await withDeadline(this.#world, put, KV_PATIENCE);
	}

	/** To be called when a publication was noted. */
	published(): void {
		this.#deleteAt = this.#storage.staleAt();
	}

	/** Deletes pages that were kept long enough. Never throws: it tries later. */
	async deleteStale(): Promise<void> {
		const now = this.#world.now();
		if (this.#deleteAt === undefined) return;
		// The clock has stepped back: they are kept anew, but no longer.
		if (this.#deleteAt > now + RETENTION) {
			this.#storage.keepUntil(now + RETENTION);
			this.#deleteAt = this.#storage.staleAt();
			return;
		}
		if (this.#deleteAt > now) return;
		const keys = this.#storage.stale(now, DELETED_AT_ONCE);
		try {
			for (let n = 0; n < keys.length; n += AT_ONCE)
				await this.#each(keys.slice(n, n + AT_ONCE), async (key) => {
					await this.#world.kv.delete(key);
					this.#storage.deleted(key);
				});
			this.#deleteAt = this.#storage.staleAt();
		} catch (error) {
			this.#deleteAt = this.#world.now() + KV_PATIENCE;
			this.#world.log("warn", "delete-failed", { error: errorText(error) });
		}
	}

	/** Does it to all at once; throws, if any failed, once all have ended. */
	async #each<T>(
		items: readonly T[],
		run: (item: T) => Promise<void>,
	): Promise<void> {
		const results = await Promise.allSettled(
			items.map((item) => withDeadline(this.#world, run(item), KV_PATIENCE)),
		);
		for (const result of results)
			if (result.status === "rejected") throw result.reason;
	}
}
