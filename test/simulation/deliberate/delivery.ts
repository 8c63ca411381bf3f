import type { DeliberateFault } from "./fault.ts";

/** Mistakes on the way from an increment to the totals. */
export const DELIVERY: readonly DeliberateFault[] = [
	{
		name: "the global does not check the sequence",
		shows: /must be from/,
		profiles: ["basic"],
		patches: [
			{
				file: "global/role.ts",
				from: "if (seq <= applied) return { epoch, seq: applied };",
				to: "",
			},
		],
	},
	{
		name: "a batch is judged by another epoch of its shard",
		shows: /must be from|final value|holds something/,
		profiles: ["lost disks"],
		patches: [
			{
				file: "global/shard-rows.ts",
				from: '"SELECT seq FROM shards WHERE shard = ? AND epoch = ?",\n\t\t\t\tshard,\n\t\t\t\tepoch,',
				to: '"SELECT MAX(seq) AS seq FROM shards WHERE shard = ?", shard,',
			},
		],
	},
	{
		name: "every start of a shard begins an epoch",
		shows: /must be from|final value/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "VALUES (0, ?, 0, 1) ON CONFLICT DO NOTHING",
				to: "VALUES (0, ?, 0, 1) ON CONFLICT DO UPDATE SET epoch = excluded.epoch",
			},
		],
	},
	{
		name: "the batch is cleared before the answer",
		shows: /must be from|final value|still tells of failures/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "await this.#deliver(batch, reason);",
				to: "const answer = this.#deliver(batch, reason); this.#storage.drop(batch.seq); this.#storage.settle(batch.seq); this.#sealed = undefined; await answer;",
			},
		],
	},
	{
		name: "the seal is not durable",
		shows: /must be from|final value|without an alarm/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "UPDATE shard SET seq = ?, isApplied = 0",
				to: "UPDATE shard SET seq = ?, isApplied = 0 WHERE false",
			},
		],
	},
	{
		name: "an open batch does not tell that the one before was sealed",
		shows: /must be from|final value|without an alarm/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "SELECT MAX(seq - 1 + seals) FROM journal",
				to: "SELECT MAX(seq) FROM journal WHERE seals = 1",
			},
		],
	},
	{
		name: "the seal of a full batch is not durable",
		shows: /must be from|final value|without an alarm/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "seals ? 1 : 0,",
				to: "0,",
			},
		],
	},
	{
		name: "rows of a batch are used again before it is applied",
		shows: /must be from|final value/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "this.#storage.seal(open.seq);",
				to: "this.#storage.seal(open.seq); this.#storage.drop(open.seq);",
			},
		],
	},
	{
		name: "rows from before a compaction are counted too",
		shows: /must be from|final value/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "if (round !== this.#round) continue;",
				to: "",
			},
			{ file: "shard/storage.ts", from: "FROM = 32", to: "FROM = 2" },
		],
	},
	{
		name: "a compaction leaves out what it was called for",
		shows: /must be from|final value/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "addUp([[...open.deltas], entries])",
				to: "[...open.deltas]",
			},
			{ file: "shard/storage.ts", from: "FROM = 32", to: "FROM = 2" },
		],
	},
	{
		name: "the sealed batch is noted as applied too early",
		shows:
			/must be from|final value|at rest|comes to rest|still tells of failures/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "if (!this.#sealed && !this.#open) this.#settle();",
				to: "this.#settle();",
			},
		],
	},
	{
		name: "no alarm is set after a failure",
		shows: /without an alarm/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "if (this.#sealed) return resendAt;",
				to: "if (this.#sealed) return this.#failures > 0 ? undefined : resendAt;",
			},
		],
	},
	{
		name: "the alarm is not set when a batch is opened",
		shows: /without an alarm/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "? dueAt(since, shardWriteToGlobalAfter, now)",
				to: "? this.#open.requests > 1 ? dueAt(since, shardWriteToGlobalAfter, now) : undefined",
			},
		],
	},
	{
		name: "a call is waited for without end",
		shows: /at rest/,
		profiles: ["hangs"],
		patches: [
			{
				file: "object/deadline.ts",
				from: "Promise.race([call, tooLate])",
				to: "Promise.race([call, tooLate.catch(() => new Promise(() => {}))])",
			},
		],
	},
	{
		name: "every increment pushes the alarm back",
		shows: /^(global|kv) read/,
		profiles: ["fresh"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "const open = this.#open ?? noCounts(this.#seq + 1, this.#world.now());",
				to: "const open = { ...(this.#open ?? noCounts(this.#seq + 1, 0)), since: this.#world.now() };",
			},
		],
	},
	{
		name: "answers do not wait until the count is durable",
		shows: /must be from|final value/,
		profiles: ["basic"],
		bend: { ungated: true },
	},
	{
		name: "totals and sequence are written in different commits",
		shows: /must be from|final value/,
		profiles: ["basic"],
		patches: [
			{
				file: "global/role.ts",
				from: "apply(batch: Batch): Applied {",
				to: "async apply(batch: Batch): Promise<Applied> {",
			},
			{
				file: "global/role.ts",
				from: "this.#storage.apply(batch, now);",
				to: "this.#storage.apply(batch, now); this.#publisher.arm(); await this.#world.wait(20); this.#storage.mark(batch);",
			},
			{
				file: "global/storage.ts",
				from: "\t\t\tthis.shardRows.note(batch, written);\n",
				to: "",
			},
			{
				file: "global/storage.ts",
				from: "totals({ from, to }: NameRange, limit = -1): Entry[] {",
				to: `mark(batch: Batch): void {
					this.shardRows.note(batch, this.#written);
				}
				totals({ from, to }: NameRange, limit = -1): Entry[] {`,
			},
		],
	},
];
