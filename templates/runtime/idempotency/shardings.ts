import type { Database } from "../object/database.ts";
import type { KnownSharding, KnownShardings, Sharding } from "./contract.ts";

/**
 * After a shard has known the latest sharding for a window, and so much longer,
 * nothing it counted without asking the key's home there is left. An hour, in
 * milliseconds: a clock may have been set meanwhile, by as much as that.
 */
const MARGIN_MS = 3_600_000;

/** Least difference at which an answer replaces the noted moment. */
const SAME_MS = 60_000;

type ShardingRow = { shardCount: number; reshardings: number; at: number };
type PeerRow = { shard: number; since: number };

/**
 * Keeps what a shard knows of shardings, from its own code, from callers and
 * from other shards, over restarts and rollbacks. The latest is the one with
 * the most reshardings, or several where histories went apart.
 *
 * A shard that knows the latest sharding never counts a key without asking the
 * key's home there. So that home need not ask a shard that has known the latest
 * sharding for longer than keys last: what such a shard counts it was asked
 * about. It does not matter for how long, or how often, older code runs.
 */
export class Shardings {
	readonly #database: Database;
	readonly #keptMs: number;
	/** By `shardCount`. */
	#known: ReadonlyMap<number, ShardingRow>;
	/** Since when other shards have known the latest sharding, by our clock. */
	#peers: ReadonlyMap<number, number>;

	/** @param windowMs milliseconds in which a key counts once */
	constructor(database: Database, windowMs: number) {
		this.#database = database;
		this.#keptMs = windowMs + MARGIN_MS;
		const known = database.sql.exec<ShardingRow>(
			"SELECT shardCount, reshardings, at FROM shardings",
		);
		this.#known = new Map([...known].map((row) => [row.shardCount, row]));
		const peers = database.sql.exec<PeerRow>("SELECT shard, since FROM peers");
		this.#peers = new Map([...peers].map(({ shard, since }) => [shard, since]));
	}

	/** All shardings that are known; other shards get them. */
	get all(): readonly KnownSharding[] {
		return [...this.#known.values()].map(({ shardCount, reshardings }) => ({
			shardCount,
			reshardings,
		}));
	}

	/** Answers another shard what is known here. */
	answer(now: number): KnownShardings {
		const at = Math.max(...this.#latest().map((sharding) => sharding.at));
		return { shardings: this.all, latestForMs: Math.max(0, now - at) };
	}

	/** Notes what code, or another shard, knows. Writes only what is new. */
	note(shardings: readonly KnownSharding[], now: number): void {
		const known = new Map(this.#known);
		const added: ShardingRow[] = [];
		for (const { shardCount, reshardings } of shardings) {
			const before = known.get(shardCount)?.reshardings;
			if (before !== undefined && before >= reshardings) continue;
			const row = { shardCount, reshardings, at: now };
			known.set(shardCount, row);
			added.push(row);
		}
		if (added.length === 0) return;
		const [latest] = latestOf(known);
		const isLater = added.some(
			({ reshardings }) => reshardings === latest?.reshardings,
		);
		this.#database.transactionSync(() => {
			for (const { shardCount, reshardings, at } of added)
				this.#database.sql.exec(
					"INSERT OR REPLACE INTO shardings (shardCount, reshardings, at) VALUES (?, ?, ?)",
					shardCount,
					reshardings,
					at,
				);
			// Forgets since when they know the latest: it is another one now.
			if (isLater) this.#database.sql.exec("DELETE FROM peers");
		});
		this.#known = known;
		if (isLater) this.#peers = new Map();
	}

	/** Notes what another shard answered: what it knows, and for how long. */
	heard(shard: number, there: KnownShardings, now: number): void {
		this.note(there.shardings, now);
		// A still later one may have come here meanwhile.
		const isLatest = this.#latest().every((ours) =>
			there.shardings.some(
				({ shardCount, reshardings }) =>
					shardCount === ours.shardCount && reshardings === ours.reshardings,
			),
		);
		const since = now - there.latestForMs;
		const before = this.#peers.get(shard) ?? Number.NEGATIVE_INFINITY;
		if (!isLatest || since <= before + SAME_MS) return;
		this.#database.sql.exec(
			"INSERT OR REPLACE INTO peers (shard, since) VALUES (?, ?)",
			shard,
			since,
		);
		this.#peers = new Map(this.#peers).set(shard, since);
	}

	/**
	 * Lists the shards that may have counted a key, or must know who is about to:
	 * its homes in the latest shardings, and in others those that may have counted
	 * it before they knew the latest.
	 *
	 * @param homeIn the key's home among so many shards
	 */
	homes(homeIn: (shardCount: number) => number, now: number): number[] {
		const latest = this.#latest().map(({ shardCount }) => homeIn(shardCount));
		const earlier = [...this.#known.keys()].map(homeIn).filter((shard) => {
			const since = this.#peers.get(shard);
			return since === undefined || now < since + this.#keptMs;
		});
		return [...latest, ...earlier];
	}

	#latest(): ShardingRow[] {
		return latestOf(this.#known);
	}
}

/** Picks the shardings with the most changes before them. */
function latestOf(known: ReadonlyMap<number, ShardingRow>): ShardingRow[] {
	const most = Math.max(
		...[...known.values()].map(({ reshardings }) => reshardings),
	);
	return [...known.values()].filter(({ reshardings }) => reshardings === most);
}

/** Lists what code knows: its own sharding, and every count there ever was. */
export function knownTo({
	shardCount,
	shardCounts,
	reshardings,
}: Sharding): KnownSharding[] {
	const ever = shardCounts.map((count) => ({
		shardCount: count,
		reshardings: -1,
	}));
	return [{ shardCount, reshardings }, ...ever];
}
