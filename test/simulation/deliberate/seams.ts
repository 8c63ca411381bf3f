// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import type { Seam } from "../seams/seam.ts";

/** Places in the runtime where more than one fault is made. */
export const SEAMS = {
	/** Rows of a batch at which its journal is first compacted. */
	compactFrom: {
		file: "object/journal.ts",
		within: "",
		find: "const COMPACT_FROM_ROWS = 32;",
	},
	/** Longest text that is written, or sent, in one piece. */
	textCharacters: {
		file: "object/database.ts",
		within: "",
		find: "const MAX_TEXT_CHARACTERS = 600_000;",
	},
	/** Shards that are asked at the same time. */
	shardsAtOnce: {
		file: "global/every-shard.ts",
		within: "",
		find: "const SHARDS_AT_ONCE = 64;",
	},
	/** Time that a page is kept once nothing names it. */
	retention: {
		file: "global/page-publisher.ts",
		within: "",
		find: "const RETENTION_MS = 600_000;",
	},
	/** A shard writes what a commit takes up, and waits until it is durable. */
	commit: {
		file: "shard/role.ts",
		within: "ShardRole.constructor",
		find: "const verdicts = this.#write(increments); await host.commit();",
	},
	/** A shard hands what it counted to the outbox, in the transaction of a commit. */
	count: {
		file: "shard/role.ts",
		within: "ShardRole.#write",
		find: "if (counted.length > 0) remember = this.#outbox.add($entries, $requests, $volume);",
	},
	/** The shards that may have counted a key. */
	homes: {
		file: "idempotency/shardings.ts",
		within: "Shardings.homes",
		find: "[...latest, ...earlier]",
	},
	/** Keys that make a pack. */
	packKeys: {
		file: "idempotency/key-packs.ts",
		within: "",
		find: "const PACK_KEYS = 256;",
	},
	/** Longest text of a pack. */
	packCharacters: {
		file: "idempotency/key-packs.ts",
		within: "",
		find: "const MAX_PACK_CHARACTERS = 600_000;",
	},
	/** Packs, or runs of them, that are merged together. */
	fanIn: {
		file: "idempotency/key-layout.ts",
		within: "",
		find: "const FAN_IN = 4;",
	},
	/** Marks of packed keys that memory has room for. */
	mostMarks: {
		file: "idempotency/key-marks.ts",
		within: "",
		find: "const MOST_MARKS = 4_000_000;",
	},
	/** A request with a key is no longer under way. */
	keyEnds: {
		file: "idempotency/ledger.ts",
		within: "KeyLedger.once",
		find: "$all.delete(claimed); if ($all.size === 0) this.#underWay.delete(key);",
	},
	/** The row that counts are written to: one that holds nothing, or a new one. */
	place: {
		file: "object/journal.ts",
		within: "Journal.#place",
		find: "this.#free[$index] ?? this.#last + 1 + n - $length",
	},
	/** Names past which the delta is made smaller … */
	deltaNames: {
		file: "global/eviction.ts",
		within: "",
		find: "const MAX_DELTA_NAMES = 25_000;",
	},
	/** … names and volume past which a batch waits for that … */
	namesBeforeBatch: {
		file: "global/eviction.ts",
		within: "",
		find: "const MAX_NAMES_BEFORE_BATCH = 50_000;",
	},
	deltaVolume: {
		file: "global/eviction.ts",
		within: "",
		find: "const MAX_DELTA_VOLUME = MAX_TOTAL;",
	},
	/** … and the names that are left. */
	keptNames: {
		file: "global/eviction.ts",
		within: "",
		find: "const KEPT_NAMES = 20_000;",
	},
	/** The delta is made smaller. */
	evict: {
		file: "global/eviction.ts",
		within: "Eviction.#step",
		find: "if (this.#isDue) this.#storage.evict(KEPT_NAMES);",
	},
	/** Rows of counters and the checkpoint are written in one transaction. */
	eviction: {
		file: "global/storage.ts",
		within: "GlobalStorage.evict",
		find: "const remember = this.#database.transactionSync(() => { for (const text of jsonTexts(cold)) $write; return this.#journal.checkpoint(hot); }); remember();",
	},
	/** Counters whose bucket is summed up at a time, and rows deleted. */
	stepRows: {
		file: "history/rollup.ts",
		within: "",
		find: "const STEP_ROWS = 2_000;",
	},
	/** Registered names take up room. */
	takeRoom: {
		file: "global/name-storage.ts",
		within: "NameStorage.register",
		find: "names += added.length;",
	},
	/** The shards that an exact read, or a reset, asks. */
	shardsAsked: {
		file: "global/fan-out.ts",
		within: "FanOut.#everyShard",
		find: "everyShard(this.#host, shards, ask)",
	},
	/** A publication is about to put what readers begin with. */
	trying: {
		file: "global/publisher.ts",
		within: "Publisher.#put",
		find: "publication.trying(this.#host.now());",
	},
	/** The page that readers begin with is put. */
	putTotals: {
		file: "global/publisher.ts",
		within: "Publisher.#put",
		find: "await this.#pages.putTotals(snapshot);",
	},
	/** The key of a page goes to those that may be deleted. */
	retire: {
		file: "global/page-storage.ts",
		within: "PageStorage.#retire",
		text: "INSERT INTO stale (key) SELECT key FROM pages WHERE first = ? AND key IS NOT NULL",
	},
	/** A read notes that no other of its key ended, and no reset came, meanwhile. */
	isLone: {
		file: "kv/memory.ts",
		within: "KvMemory.reading",
		find: "known === before && forgotten === this.#forgotten",
	},
	/** The prefixes of KV that a read looks under, in turn. */
	kvPrefixes: {
		file: "kv/reader.ts",
		within: "KvReader.get #prefixes",
		find: "[kvPrefix, ...earlierKvPrefixes]",
	},
	/** The first name that can come after one. */
	following: { file: "names.ts", within: "following", find: "`${name}\\0`" },
} as const satisfies Record<string, Seam>;
