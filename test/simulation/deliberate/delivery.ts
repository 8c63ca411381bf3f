import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes on the way from an increment to the totals. */
export const DELIVERY: readonly DeliberateFault[] = [
	{
		name: "the global does not check the sequence",
		shows: /must be from/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/role.ts",
				within: "GlobalRole.apply",
				find: "if (seq <= applied) return { epoch, seq: applied };",
				to: "",
			},
		],
	},
	{
		name: "a batch is judged by another epoch of its shard",
		shows: /must be from|final value|holds something/,
		profiles: ["lost disks"],
		edits: [
			{
				file: "global/shard-sums.ts",
				within: "ShardSums.applied",
				find: "this.#item(shard, epoch)[2]",
				knowing: "this.#epochs(shard).some($one)",
				to: "Math.max(0, ...this.#epochs(shard).map(([, , seq]) => seq))",
			},
		],
	},
	{
		name: "a global object without its disk takes only the first batch of a shard",
		shows: /at rest|still tells of failures/,
		profiles: ["lost global disks"],
		edits: [
			{
				file: "global/role.ts",
				within: "GlobalRole.apply",
				find: "if (seq <= applied) return { epoch, seq: applied };",
				to: "if (seq !== applied + 1) return { epoch, seq: applied };",
			},
		],
	},
	{
		name: "every start of a shard begins an epoch",
		shows: /must be from|final value/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "ShardStorage.constructor",
				text: "ON CONFLICT DO NOTHING",
				to: "ON CONFLICT DO UPDATE SET epoch = excluded.epoch",
			},
		],
	},
	{
		name: "the batch is cleared before the answer",
		shows: /must be from|final value|still tells of failures/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#sendBatch",
				find: "await this.#deliver(batch, reason); this.#storage.drop(batch.seq); this.#sealed = $none;",
				to: "const answer = this.#deliver(batch, reason); this.#storage.drop(batch.seq); this.#storage.settle(batch.seq); this.#sealed = $none; await answer;",
			},
		],
	},
	{
		name: "the seal is not durable",
		shows: /must be from|final value|without an alarm/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "ShardStorage.seal",
				text: "UPDATE shard SET seq = ?, isApplied = 0",
				to: "UPDATE shard SET seq = ?, isApplied = 0 WHERE false",
			},
		],
	},
	{
		name: "an open batch does not tell that the one before was sealed",
		shows: /must be from|final value|without an alarm/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "ShardStorage.state",
				text: "SELECT MAX(seq - 1 + seals) FROM journal",
				to: "SELECT MAX(seq) FROM journal WHERE seals = 1",
			},
		],
	},
	{
		name: "the seal of a full batch is not durable",
		shows: /must be from|final value|without an alarm/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "rowsOf",
				find: "seals ? 1 : 0",
				to: "0",
			},
		],
	},
	{
		name: "rows of a batch are used again before it is applied",
		shows: /must be from|final value/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#seal",
				find: "this.#storage.seal(open.seq);",
				to: "this.#storage.seal(open.seq); this.#storage.drop(open.seq);",
			},
		],
	},
	{
		name: "a row of an open batch is taken for a new one",
		shows: /must be from|final value|would restart with|without a batch/,
		profiles: ["basic"],
		edits: [
			{ ...SEAMS.place, to: "this.#free[$index] ?? this.#last + n - $length" },
		],
	},
	{
		name: "a free row is written to twice by one commit",
		shows: /must be from|final value|would restart with|without a batch/,
		profiles: ["basic"],
		edits: [
			{
				...SEAMS.place,
				to: "this.#free[$length - 1] ?? this.#last + 1 + n - $length",
			},
			{ ...SEAMS.textCharacters, to: "const MAX_TEXT_CHARACTERS = 20;" },
		],
	},
	{
		name: "a row that is in use stays among the free ones",
		shows: /must be from|final value|would restart with|without a batch/,
		profiles: ["basic"],
		edits: [
			{
				file: "object/journal.ts",
				within: "Journal.#use",
				find: "this.#free.length = Math.max(0, this.#free.length - ids.length);",
				to: "",
			},
		],
	},
	{
		name: "a start takes rows of an open batch for free",
		shows: /must be from|final value|would restart with|without a batch/,
		profiles: ["basic"],
		edits: [
			{
				file: "object/journal.ts",
				within: "Journal.load",
				find: "if (!used.has(id)) this.#free.push(id);",
				to: "this.#free.push(id);",
			},
		],
	},
	{
		name: "rows from before a compaction are counted too",
		shows: /must be from|final value|at rest|without a batch/,
		profiles: ["basic"],
		edits: [
			{
				file: "object/journal.ts",
				within: "Journal.load",
				find: "if (row.round !== this.#round) continue;",
				to: "",
			},
			{ ...SEAMS.compactFrom, to: "const COMPACT_FROM_ROWS = 2;" },
		],
	},
	{
		name: "a compaction leaves out what it was called for",
		shows: /must be from|final value/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "ShardStorage.#compact",
				find: "rowsOf(open, addParts(open, parts), $requests, seals)",
				to: "rowsOf(open, addParts(open, []), $requests, seals)",
			},
			{ ...SEAMS.compactFrom, to: "const COMPACT_FROM_ROWS = 2;" },
		],
	},
	{
		name: "the sealed batch is noted as applied too early",
		shows:
			/must be from|final value|at rest|comes to rest|still tells of failures/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.alarm",
				find: "if (!this.#sealed && !this.#open) this.#settle();",
				to: "this.#settle();",
			},
		],
	},
	{
		name: "no alarm is set after a failure",
		shows: /without an alarm/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#dueAt",
				find: "if (this.#sealed) return resendAt;",
				knowing: "this.#failures++",
				to: "if (this.#sealed) return this.#failures > 0 ? undefined : resendAt;",
			},
		],
	},
	{
		name: "the alarm is not set when a batch is opened",
		shows: /without an alarm/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#dueAt",
				find: "const { since } = this.#open;",
				to: "const { since, requests } = this.#open;",
			},
			{
				file: "shard/outbox.ts",
				within: "Outbox.#dueAt",
				find: "shardWriteToGlobalAfter > 0",
				to: "shardWriteToGlobalAfter > 0 && requests > 1",
			},
		],
	},
	{
		name: "a shard that has failed once takes its time for ever",
		shows: /^global read|^kv read/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#sendBatch",
				find: "this.#failures = 0;",
				to: "",
			},
		],
	},
	{
		name: "the waits after failures grow without end",
		shows: /at rest/,
		profiles: ["outages"],
		edits: [
			{
				file: "object/backoff.ts",
				within: "backoff",
				find: "Math.min(BASE_MS * 2 ** (failures - 1), LONGEST_MS)",
				to: "BASE_MS * 2 ** (failures - 1)",
			},
		],
	},
	{
		name: "a call is waited for without end",
		shows: /at rest/,
		profiles: ["hangs"],
		edits: [
			{
				file: "object/deadline.ts",
				within: "withDeadline",
				find: "Promise.race([call, tooLate])",
				to: "Promise.race([call, tooLate.catch(() => new Promise(() => {}))])",
			},
		],
	},
	{
		name: "every increment pushes the alarm back",
		shows: /^(global|kv) read/,
		profiles: ["fresh"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.add",
				find: "const open = this.#open ?? emptyBatch(this.#seq + 1, now, $slots);",
				to: "const open = { ...(this.#open ?? emptyBatch(this.#seq + 1, 0, $slots)), since: now };",
			},
		],
	},
	{
		name: "answers do not wait until the count is durable",
		shows: /must be from|final value|two puts to KV/,
		profiles: ["basic"],
		bend: { ungated: true },
	},
	{
		name: "the number of a batch is written with the next one",
		shows: /without a batch|must be from|final value/,
		profiles: ["basic"],
		edits: [
			{
				file: "global/journal.ts",
				within: "TotalsJournal.append",
				find: "rowsOf([item], entries, placed?.items)",
				knowing: "this.#brought = brought",
				to: "rowsOf(this.#brought.items(), entries, placed?.items)",
			},
		],
	},
];
