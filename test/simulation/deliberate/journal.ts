import type { Edit } from "../seams/seam.ts";
import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Has a few names be too many for the delta, and a few rows for the journal. */
export const SHORT_JOURNAL: readonly Edit[] = [
	{ ...SEAMS.compactFrom, to: "const COMPACT_FROM_ROWS = 3;" },
	{ ...SEAMS.deltaNames, to: "const MAX_DELTA_NAMES = 2;" },
	{ ...SEAMS.namesBeforeBatch, to: "const MAX_NAMES_BEFORE_BATCH = 2;" },
	{ ...SEAMS.deltaVolume, to: "const MAX_DELTA_VOLUME = 400_000;" },
	{ ...SEAMS.keptNames, to: "const KEPT_NAMES = 1;" },
];

/** Mistakes of the global object's journal: of checkpoints, evictions and restarts. */
export const JOURNAL: readonly DeliberateFault[] = [
	{
		name: "an eviction and its checkpoint are two transactions",
		shows: /must be from|final value|totals changed/,
		profiles: ["full disks"],
		edits: [
			...SHORT_JOURNAL,
			{
				...SEAMS.eviction,
				to: "this.#database.transactionSync(() => { for (const text of jsonTexts(cold)) $write; }); const remember = this.#database.transactionSync(() => this.#journal.checkpoint(hot)); remember();",
			},
		],
	},
	{
		name: "a checkpoint takes the places of the rows that it voids",
		shows: /must be from|final value|totals changed|would restart with/,
		profiles: ["full disks"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "object/journal.ts",
				within: "Journal.compact",
				find: "const ids = this.#insert(round, rows);",
				to: "this.free(batch); const ids = this.#insert(round, rows);",
			},
		],
	},
	{
		name: "rows are written a step before memory forgets their delta",
		shows: /^global read|^kv read|must be from|final value/,
		profiles: ["crowd"],
		edits: [
			...SHORT_JOURNAL,
			{
				...SEAMS.eviction,
				to: "return this.#database.transactionSync(() => { for (const text of jsonTexts(cold)) $write; return this.#journal.checkpoint(hot); });",
			},
			{
				...SEAMS.evict,
				knowing: "await this.#host.wait(0);",
				to: "if (this.#isDue) { const remember = this.#storage.evict(KEPT_NAMES); void this.#host.wait(20).then(remember); }",
			},
		],
	},
	{
		name: "a start replays the journal twice",
		shows: /must be from|final value|at rest|would restart/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/journal.ts",
				within: "TotalsJournal.constructor",
				find: "delta.add(entries);",
				to: "delta.add(entries); delta.add(entries);",
			},
		],
	},
	{
		name: "a checkpoint forgets what other shards brought",
		shows: /without a batch|must be from|final value|would restart with/,
		profiles: ["basic"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/journal.ts",
				within: "TotalsJournal.append",
				find: "[...this.#brought.items(), item]",
				to: "[item]",
			},
		],
	},
	{
		name: "a checkpoint leaves out the batch that it comes with",
		shows: /without a batch|must be from|final value/,
		profiles: ["basic"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/journal.ts",
				within: "TotalsJournal.append",
				find: "addUp([this.#delta.entries(), entries])",
				to: "this.#delta.entries()",
			},
		],
	},
	{
		name: "an eviction forgets a counter",
		shows: /totals changed/,
		profiles: ["basic"],
		edits: [
			...SHORT_JOURNAL,
			{
				...SEAMS.eviction,
				to: "const remember = this.#database.transactionSync(() => { for (const text of jsonTexts(cold.slice(1))) $write; return this.#journal.checkpoint(hot); }); remember();",
			},
		],
	},
	{
		name: "an eviction keeps what it has written to rows",
		shows: /totals changed/,
		profiles: ["basic"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/storage.ts",
				within: "GlobalStorage.evict",
				find: "return this.#journal.checkpoint(hot);",
				to: "return this.#journal.checkpoint([...hot, ...cold]);",
			},
		],
	},
	{
		name: "an eviction marks pages",
		shows: /marked pages/,
		profiles: ["pages"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/storage.ts",
				within: "GlobalStorage.evict",
				find: "return this.#journal.checkpoint(hot);",
				knowing: "this.#pages = pages",
				to: "this.#pages.touchAll(); return this.#journal.checkpoint(hot);",
			},
		],
	},
	{
		name: "an eviction has totals published",
		shows: /noted something to publish/,
		profiles: ["basic"],
		edits: [
			...SHORT_JOURNAL,
			{
				file: "global/storage.ts",
				within: "GlobalStorage.evict",
				find: "return this.#journal.checkpoint(hot);",
				knowing: "this.#sql = database.sql",
				to: 'this.#sql.exec("UPDATE unpublished SET urgent = 1"); return this.#journal.checkpoint(hot);',
			},
		],
	},
	{
		name: "a reset of one counter leaves what came since its row was written",
		shows: /must be from|final value|at rest|read from/,
		profiles: ["resets"],
		edits: [
			{
				file: "global/storage.ts",
				within: "GlobalStorage.reset",
				find: "this.#delta.entries().filter(([one]) => one !== name)",
				to: "this.#delta.entries()",
			},
		],
	},
	{
		name: "a reset of all leaves what came since rows were written",
		shows: /must be from|final value|at rest|read from/,
		profiles: ["resets"],
		edits: [
			{
				file: "global/storage.ts",
				within: "GlobalStorage.reset",
				find: "name === $none ? [] : this.#delta.entries().filter(([one]) => one !== name)",
				to: "this.#delta.entries().filter(([one]) => one !== name)",
			},
		],
	},
	{
		name: "a counter has no row when it is first counted",
		shows: /must be from|final value|at rest/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/storage.ts",
				within: "GlobalStorage.apply",
				find: "[this.#names.begin($names), this.#journal.append($batch, $placed)]",
				to: "[this.#names.begin([]), this.#journal.append($batch, $placed)]",
			},
		],
	},
	{
		name: "code without a journal does not find what came since rows were written",
		shows: /without a batch|read from|must be from/,
		profiles: ["rollbacks to before the journal"],
		edits: [
			{
				file: "global/schema.ts",
				within: "",
				text: "total + added.delta",
				to: "total",
			},
		],
	},
	{
		name: "code without a journal does not find which batches are in the totals",
		shows: /without a batch|must be from|final value/,
		profiles: ["rollbacks to before the journal"],
		edits: [
			{
				file: "global/schema.ts",
				within: "",
				text: "MAX(value ->> 2)",
				to: "0",
			},
		],
	},
	{
		name: "code without a journal finds it folded, and leaves it",
		shows: /without a batch|read from|must be from|final value/,
		profiles: ["rollbacks to before the journal"],
		edits: [
			{
				file: "global/schema.ts",
				within: "",
				text: "DELETE FROM journal;",
				to: "",
			},
		],
	},
	{
		name: "the number of names is taken from before a rollback",
		shows: /counters has|known has|were refused/,
		profiles: ["rollbacks to before the journal"],
		edits: [
			{
				file: "global/schema.ts",
				within: "",
				text: "DELETE FROM size;",
				to: "SELECT 1;",
			},
		],
	},
	{
		name: "a checkpoint is written with each batch",
		shows: /global cost \d+ rows/,
		profiles: ["fresh"],
		edits: [
			{
				file: "global/journal.ts",
				within: "TotalsJournal.append",
				find: "this.#journal.isLong(OPEN_BATCH) ? $checkpoint : $row",
				to: "true ? $checkpoint : $row",
			},
		],
	},
	{
		name: "every batch writes the rows of its counters",
		shows: /global cost \d+ rows/,
		profiles: ["fresh"],
		edits: [
			{
				file: "global/role.ts",
				within: "GlobalRole.apply",
				find: "this.#eviction.soon(); return { epoch, seq };",
				knowing: "this.#storage = totals",
				to: "this.#storage.evict(0); return { epoch, seq };",
			},
		],
	},
];
