import type { Edit } from "../seams/seam.ts";
import type { DeliberateFault } from "./fault.ts";
import { SHORT_JOURNAL } from "./journal.ts";
import { SEAMS } from "./seams.ts";

/** Has a counter at a time be summed up, or deleted. */
const ONE_AT_A_TIME: Edit = { ...SEAMS.stepRows, to: "const STEP_ROWS = 1;" };

/** Findings that buckets are not what they must be. */
const SHOWS = /must be from|was final with|by kinds of buckets|^at rest/;

/** Mistakes of history: of stamps, places, marks, sums and what is deleted. */
export const HISTORY: readonly DeliberateFault[] = [
	{
		name: "a count is placed by the shard's clock alone",
		shows: SHOWS,
		profiles: ["history and outages", "history and clocks"],
		edits: [
			{
				file: "history/placing.ts",
				within: "Placing.#slotOf",
				find: "return Math.max(stamped, low);",
				to: "return stamped;",
			},
		],
	},
	{
		name: "a bucket is called final before that is durable",
		shows: SHOWS,
		profiles: ["history and reshards", "history and outages"],
		edits: [
			{
				file: "history/past.ts",
				within: "PastOfCounters.#settle",
				text: "UPDATE history SET mark = ?",
				to: "UPDATE history SET late = late WHERE ? < 0",
			},
		],
	},
	{
		name: "a bucket is called final once it has ended",
		shows: SHOWS,
		profiles: ["history and slow flushes"],
		edits: [
			{
				file: "history/reader.ts",
				within: "Reader.read",
				find: "end <= moment.settled * SLOT_MS",
				to: "end <= moment.now",
			},
		],
	},
	{
		name: "a coarser bucket is added to what is there of it",
		shows: SHOWS,
		profiles: ["history over days"],
		edits: [
			ONE_AT_A_TIME,
			{
				file: "history/rollup.ts",
				within: "Rollup.#sum",
				find: "this.#buckets.put($level, $sums);",
				to: "this.#buckets.add($level, $sums);",
			},
		],
	},
	{
		name: "a coarser bucket leaves out what is in no row",
		shows: SHOWS,
		profiles: ["history"],
		edits: [
			{
				file: "history/rollup.ts",
				within: "Rollup.#sum",
				find: "finer.level === 0 ? this.#recent.within(from, to) : []",
				to: "[]",
			},
		],
	},
	{
		name: "a read adds up finer buckets that a coarser one has",
		shows: SHOWS,
		profiles: ["history"],
		edits: [
			{
				file: "history/reader.ts",
				within: "Reader.#coarseToFine",
				find: "rest = Math.max(rest, end);",
				to: "rest = Math.min(rest, end);",
			},
		],
	},
	{
		name: "buckets are deleted before they are summed up",
		shows: SHOWS,
		profiles: ["history over days"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "history/rollup.ts",
				within: "Rollup.#prune",
				find: "Math.min(this.#levels.free(level), $old)",
				to: "$old",
			},
		],
	},
	{
		name: "what is deleted in part is answered",
		shows: SHOWS,
		profiles: ["history over days"],
		edits: [
			{
				file: "history/reader.ts",
				within: "Reader.#starts",
				find: "Math.max(since, pruned) * SLOT_MS",
				to: "since * SLOT_MS",
			},
		],
	},
	{
		name: "a batch tells a mark that the next one is before",
		shows: SHOWS,
		profiles: ["history and slow flushes"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#deliver",
				find: "this.#stamps?.mark(this.#host.now(), [this.#open?.slots])",
				to: "this.#stamps?.mark(this.#host.now(), [])",
			},
		],
	},
	{
		name: "a shard that is asked tells a mark before its batch",
		shows: SHOWS,
		profiles: ["history and slow flushes"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.holdings",
				find: "[this.#sealed?.slots, this.#open?.slots]",
				to: "[]",
			},
		],
	},
	{
		name: "a shard that was not heard holds nothing back",
		shows: SHOWS,
		profiles: ["history and slow flushes"],
		edits: [
			{
				file: "history/marks.ts",
				within: "Marks.advance",
				find: "const marks = shards.map((shard) => this.#marks.get(shard) ?? 0);",
				to: "const marks = shards.map((shard) => this.#marks.get(shard) ?? clock);",
			},
		],
	},
	{
		name: "silent shards are never asked",
		shows: /is not final at/,
		profiles: ["history"],
		edits: [
			{
				file: "history/reads.ts",
				within: "ReadsOfPast.#askSilent",
				find: "silent.length === 0",
				to: "silent.length >= 0",
			},
		],
	},
	{
		name: "what is for totals alone is in buckets, too",
		shows: SHOWS,
		profiles: ["history"],
		edits: [
			{
				file: "history/placing.ts",
				within: "Placing.of",
				find: "const found = this.#bucketOf(amount, clock);",
				to: "const found = this.#bucketOf(amount, clock) ?? clock;",
			},
		],
	},
	{
		name: "a reset leaves buckets behind",
		shows: SHOWS,
		profiles: ["history and resets"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "history/past.ts",
				within: "PastOfCounters.reset",
				find: "this.#buckets.forget(name);",
				to: "",
			},
		],
	},
	{
		name: "a checkpoint leaves out the slots of its batch",
		shows: SHOWS,
		profiles: ["history"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/journal.ts",
				within: "TotalsJournal.append",
				find: "this.#compact($brought, $entries, placed?.left())",
				knowing: "this.#past = past",
				to: "this.#compact($brought, $entries, this.#past?.left())",
			},
		],
	},
	{
		name: "slots go to rows and stay in the journal",
		shows: SHOWS,
		profiles: ["history"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/journal.ts",
				within: "TotalsJournal.checkpoint",
				find: "placed?.left() ?? this.#past?.left()",
				to: "this.#past?.left()",
			},
		],
	},
	{
		name: "slots go to rows in a transaction of their own",
		shows: SHOWS,
		profiles: ["history and full disks"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/storage.ts",
				within: "GlobalStorage.evictSlots",
				find: "const remember = this.#database.transactionSync(() => this.#journal.checkpoint(this.#delta.entries(), past.evict()));",
				to: "const placed = this.#database.transactionSync(() => past.evict()); const remember = this.#database.transactionSync(() => this.#journal.checkpoint(this.#delta.entries(), placed));",
			},
		],
	},
	{
		name: "memory knows of a sum that the disk has taken back",
		shows: SHOWS,
		profiles: ["history and full disks"],
		edits: [
			{
				file: "history/levels.ts",
				within: "Levels.write",
				find: "return () => { this.#levels = this.#read(); };",
				to: "this.#levels = this.#read(); return () => {};",
			},
		],
	},
	{
		name: "an open batch that is written anew forgets its slots",
		shows: SHOWS,
		profiles: ["history and slow flushes"],
		edits: [
			{ ...SEAMS.compactFrom, to: "const COMPACT_FROM_ROWS = 3;" },
			{
				file: "shard/storage.ts",
				within: "rowsOf",
				find: "(slots && { slot: slot ?? null })",
				to: "(slots && { slot: parts.length > 1 ? null : slot ?? null })",
			},
		],
	},
	{
		name: "an exact read puts what shards hold where the clock is",
		shows: SHOWS,
		profiles: ["history and slow flushes"],
		edits: [
			{
				file: "global/exact.ts",
				within: "missingOf",
				find: "const pending = { entries: holdings.pending, slots: pendingSlots };",
				to: "const pending = { entries: holdings.pending, slots: [] };",
			},
		],
	},
	{
		name: "an import that is repeated is in its buckets twice",
		shows: SHOWS,
		profiles: ["history and imports"],
		edits: [
			{
				file: "history/past.ts",
				within: "PastOfCounters.place",
				find: "this.#buckets.add(level, items);",
				to: "this.#buckets.add(level, [...items, ...items]);",
			},
		],
	},
	{
		name: "an import changes a final bucket",
		shows: SHOWS,
		profiles: ["history and imports over days"],
		edits: [
			{
				file: "history/placing.ts",
				within: "Placing.#bucketOf",
				find: "end > this.began && end <= low",
				to: "end > Infinity && end <= low",
			},
		],
	},
	{
		name: "a coarser bucket that is summed up does not get an import",
		shows: SHOWS,
		profiles: ["history and imports"],
		edits: [
			{
				file: "history/placing.ts",
				within: "Placing.#bucketOf",
				find: "buckets.filter((one) => one === finest || isWritten(one))",
				to: "buckets.filter((one) => one === finest)",
			},
		],
	},
	{
		name: "an exact read leaves out imports that shards hold",
		shows: SHOWS,
		profiles: ["history and imports"],
		edits: [
			{
				file: "history/reader.ts",
				within: "Reader.#slotSums",
				find: "at <= level.level && slot >= from",
				to: "at < 0",
			},
		],
	},
];
