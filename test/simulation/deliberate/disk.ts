import type { DeliberateFault } from "./fault.ts";

/** Mistakes with disks that are full, and with what is only in memory. */
export const DISK: readonly DeliberateFault[] = [
	{
		name: "memory runs ahead of a transaction that is taken back",
		shows: /would restart with/,
		shadows: true,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/role.ts",
				from: "return verdicts;\n\t\t});\n\t\tremember();",
				to: "remember(); return verdicts; });",
			},
		],
	},
	{
		name: "a batch counts as sealed before the disk has it",
		shows: /would restart with|must be from|final value/,
		shadows: true,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "this.#storage.seal(open.seq);\n\t\tthis.#seq = open.seq;",
				to: "this.#seq = open.seq; this.#storage.seal(open.seq);",
			},
		],
	},
	{
		name: "a batch counts as sealed with a row that was taken back",
		shows: /would restart with|must be from|final value|without an alarm/,
		shadows: true,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "return () => {\n\t\t\tremember();\n\t\t\tif (seals) this.#sealed = open.seq;",
				to: "if (seals) this.#sealed = open.seq; return () => { remember();",
			},
		],
	},
	{
		name: "names count as registered before the disk has them",
		shows: /would restart with unknown names/,
		shadows: true,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/known-names.ts",
				from: "this.#database.transactionSync(() => {",
				to: "for (const name of names) this.#remember(name); this.#database.transactionSync(() => {",
			},
		],
	},
	{
		name: "tables of keys change places before the disk has it",
		shows: /would restart with no keys|acknowledged for two|must be from/,
		shadows: true,
		profiles: ["full disks and keys"],
		patches: [
			{
				file: "shard/key-storage.ts",
				from: "const other = 1 - this.#current;\n",
				to: "const other = 1 - this.#current; const before = this.#current; this.#current = other; this.#since = now;\n",
			},
			{
				file: "shard/key-storage.ts",
				from: "if (age >= 2 * this.#window) this.#clear(this.#current);",
				to: "if (age >= 2 * this.#window) this.#clear(before);",
			},
		],
	},
	{
		name: "a rotation of keys stops half way",
		shows: /code|SQLITE|no such table|threw/,
		profiles: ["full disks and keys"],
		patches: [
			{
				file: "shard/key-storage.ts",
				from: "this.#database.transactionSync(() => {",
				to: "((run: () => void) => run())(() => {",
			},
		],
	},
	{
		name: "increments whose commit fails keep their room",
		shows: /holds room/,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/role.ts",
				from: "for (const { volume, size } of increments) {\n\t\t\tthis.#waitingVolume -= volume;\n\t\t\tthis.#waitingSize -= size;\n\t\t}\n",
				to: "",
			},
			{
				file: "shard/role.ts",
				from: "remember();\n\t\tthis.#outbox.proceed();",
				to: "for (const { volume, size } of increments) { this.#waitingVolume -= volume; this.#waitingSize -= size; } remember(); this.#outbox.proceed();",
			},
		],
	},
	{
		name: "names whose registration fails keep their room",
		shows: /holds room/,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/registrar.ts",
				from: "await this.#batches.add(names).finally(() => {\n\t\t\tthis.#size -= size;\n\t\t});",
				to: "await this.#batches.add(names); this.#size -= size;",
			},
		],
	},
	{
		name: "an alarm throws where the disk does not take that a batch is applied",
		shows: /alarm of shard\d threw/,
		profiles: ["full disks"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "if (!this.#sealed && !this.#open) this.#settle();",
				to: "if (!this.#sealed && !this.#open) this.#storage.settle(this.#seq);",
			},
		],
	},
	{
		name: "a batch counts as applied before the disk has it",
		shows: /would restart with publication/,
		shadows: true,
		profiles: ["full disks"],
		patches: [
			{
				file: "global/storage.ts",
				from: "const written = this.#written + 1;",
				to: "const written = ++this.#written;",
			},
		],
	},
	{
		name: "names take up room that the disk did not give them",
		shows: /would restart with counters/,
		shadows: true,
		profiles: ["full disks"],
		patches: [
			{
				file: "global/storage.ts",
				from: "names += added.length;",
				to: "names += added.length; this.#names = names;",
			},
		],
	},
	{
		name: "a success does not end a row of failures",
		shows: /still tells of failures/,
		profiles: ["basic"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "this.#attempts.succeeded({ seq });",
				to: "",
			},
		],
	},
	{
		name: "each commit costs another row",
		shows: /shard\d cost \d+ rows/,
		profiles: ["fresh"],
		patches: [
			{
				file: "shard/storage.ts",
				from: "if (seals) this.#sealed = open.seq;",
				to: 'if (seals) this.#sealed = open.seq; this.#sql.exec("UPDATE shard SET epoch = epoch");',
			},
		],
	},
	{
		name: "each flush costs another row",
		shows: /global cost \d+ rows/,
		profiles: ["fresh"],
		patches: [
			{
				file: "global/storage.ts",
				from: "this.shardRows.note(batch, written);",
				to: "this.shardRows.note(batch, written); this.shardRows.note(batch, written);",
			},
		],
	},
	{
		name: "each commit sets the alarm anew",
		shows: /shard\d cost \d+ alarms/,
		profiles: ["fresh"],
		patches: [
			{
				file: "object/alarm.ts",
				from: "if (at === this.#at) return;",
				to: "",
			},
			{
				file: "object/alarm.ts",
				from: 'if (typeof set !== "number" || by < set || set < now - LATE)',
				to: 'if (typeof set !== "number" || by <= set || set < now - LATE)',
			},
		],
	},
	{
		name: "each batch is sent twice",
		shows: /global cost \d+ flushes/,
		profiles: ["fresh"],
		patches: [
			{
				file: "shard/outbox.ts",
				from: "await this.#deliver(batch, reason);",
				to: "await this.#deliver(batch, reason); await this.#deliver(batch, reason);",
			},
		],
	},
];
