import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes with disks that are full, and with what is only in memory. */
export const DISK: readonly DeliberateFault[] = [
	{
		name: "memory runs ahead of a transaction that is taken back",
		shows: /would restart with/,
		shadows: true,
		profiles: ["full disks"],
		edits: [
			{
				...SEAMS.count,
				to: "if (counted.length > 0) this.#outbox.add($entries, $requests, $volume)();",
			},
		],
	},
	{
		name: "a batch counts as sealed before the disk has it",
		shows: /would restart with|must be from|final value/,
		shadows: true,
		profiles: ["full disks"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#seal",
				find: "this.#storage.seal(open.seq); this.#seq = open.seq;",
				to: "this.#seq = open.seq; this.#storage.seal(open.seq);",
			},
		],
	},
	{
		name: "a batch counts as sealed with a row that was taken back",
		shows: /would restart with|must be from|final value|without an alarm/,
		shadows: true,
		profiles: ["full disks"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "ShardStorage.append",
				find: "return () => { remember(); if (seals) this.#sealed = open.seq; };",
				to: "if (seals) this.#sealed = open.seq; return remember;",
			},
		],
	},
	{
		name: "names count as registered before the disk has them",
		shows: /would restart with unknown names/,
		shadows: true,
		profiles: ["full disks"],
		edits: [
			{
				file: "shard/known-names.ts",
				within: "KnownNames.add",
				find: "this.#database.transactionSync($write); for (const name of names) this.#remember(name);",
				to: "for (const name of names) this.#remember(name); this.#database.transactionSync($write);",
			},
		],
	},
	{
		name: "tables of keys change places before the disk has it",
		shows:
			/would restart with no keys|acknowledged for two|must be from|expired keys/,
		shadows: true,
		profiles: ["full disks and keys"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.forget",
				find: "const takesNew = dropped.length > 0 ? other : current;",
				knowing: "this.#journal.append(lines, this.#tables.round)",
				to: "const takesNew = dropped.length > 0 ? other : current; this.#tables = { ...this.#tables, current: takesNew };",
			},
		],
	},
	{
		name: "a rotation of keys stops half way",
		shows: /code|SQLITE|no such table|threw/,
		profiles: ["full disks and keys"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.forget",
				find: "this.#database.transactionSync",
				to: "((run: () => void) => run())",
			},
		],
	},
	{
		name: "increments whose commit fails keep their room",
		shows: /holds room/,
		profiles: ["full disks"],
		edits: [
			{
				file: "shard/role.ts",
				within: "ShardRole.#write",
				find: "for (const { volume, size } of increments) { this.#waitingVolume -= volume; this.#waitingSize -= size; }",
				to: "",
			},
			{
				file: "shard/role.ts",
				within: "ShardRole.#write",
				find: "remember(); this.#outbox.proceed();",
				knowing: "this.#waitingVolume += volume; this.#waitingSize += size;",
				to: "for (const { volume, size } of increments) { this.#waitingVolume -= volume; this.#waitingSize -= size; } remember(); this.#outbox.proceed();",
			},
		],
	},
	{
		name: "names whose registration fails keep their room",
		shows: /holds room/,
		profiles: ["full disks"],
		edits: [
			{
				file: "shard/registrar.ts",
				within: "Registrar.register",
				find: "const refused = await this.#batches.add(names).finally(() => { this.#size -= size; });",
				to: "const refused = await this.#batches.add(names); this.#size -= size;",
			},
		],
	},
	{
		name: "an alarm throws where the disk does not take that a batch is applied",
		shows: /alarm of shard\d threw/,
		profiles: ["full disks"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#settle",
				find: "try { this.#storage.settle(this.#seq); } catch {}",
				to: "this.#storage.settle(this.#seq);",
			},
		],
	},
	{
		name: "an alarm that the disk did not take is not set again",
		shows: /at rest/,
		profiles: ["full disks"],
		edits: [
			{
				file: "object/alarm.ts",
				within: "Alarm.#set",
				find: "this.#at === at",
				to: "failures < 2",
			},
		],
	},
	{
		name: "a batch counts as applied before the disk has it",
		shows: /would restart with publication|read of/,
		shadows: true,
		profiles: ["full disks"],
		edits: [
			{
				file: "global/journal.ts",
				within: "TotalsJournal.append",
				find: "return () => { write(); placed?.remember(); this.#delta.add(entries); this.#brought.note(item); };",
				to: "this.#brought.note(item); return () => { write(); placed?.remember(); this.#delta.add(entries); };",
			},
		],
	},
	{
		name: "names take up room that the disk did not give them",
		shows: /would restart with counters/,
		shadows: true,
		profiles: ["full disks"],
		edits: [
			{
				...SEAMS.takeRoom,
				knowing: "this.#count = row?.names ?? 0",
				to: "names += added.length; this.#count = names;",
			},
		],
	},
	{
		name: "a success does not end a row of failures",
		shows: /still tells of failures/,
		profiles: ["basic"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#sendBatch",
				find: "this.#attempts.succeeded({ seq });",
				to: "",
			},
		],
	},
	{
		name: "each commit costs another row",
		shows: /shard\d cost \d+ rows/,
		profiles: ["fresh"],
		edits: [
			{
				file: "shard/storage.ts",
				within: "ShardStorage.append",
				find: "if (seals) this.#sealed = open.seq;",
				knowing: "this.#sql = sql",
				to: 'if (seals) this.#sealed = open.seq; this.#sql.exec("UPDATE shard SET epoch = epoch");',
			},
		],
	},
	{
		name: "each flush costs another row",
		shows: /global cost \d+ rows/,
		profiles: ["fresh"],
		edits: [
			{
				file: "global/storage.ts",
				within: "GlobalStorage.apply",
				find: "for (const text of jsonTexts(entries)) this.#pages.touch(text); this.#publication.markDirty(now);",
				knowing: "this.#sql = database.sql",
				to: 'for (const text of jsonTexts(entries)) this.#pages.touch(text); this.#publication.markDirty(now); this.#sql.exec("UPDATE unpublished SET triedAt = triedAt");',
			},
		],
	},
	{
		name: "each commit sets the alarm anew",
		shows: /shard\d cost \d+ alarms/,
		profiles: ["fresh"],
		edits: [
			{
				file: "object/alarm.ts",
				within: "Alarm.ringAt",
				find: "at !== this.#at",
				to: "true",
			},
			{
				file: "object/alarm.ts",
				within: "Alarm.ringBy",
				find: "by < set",
				to: "by <= set",
			},
		],
	},
	{
		name: "each batch is sent twice",
		shows: /global cost \d+ flushes/,
		profiles: ["fresh"],
		edits: [
			{
				file: "shard/outbox.ts",
				within: "Outbox.#sendBatch",
				find: "this.#arm(); await this.#deliver(batch, reason);",
				to: "this.#arm(); await this.#deliver(batch, reason); await this.#deliver(batch, reason);",
			},
		],
	},
];
