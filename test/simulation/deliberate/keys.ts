import type { DeliberateFault } from "./fault.ts";

const TWICE = /read of|final value|acknowledged for two/;

/** Mistakes with idempotency keys. */
export const KEYS: readonly DeliberateFault[] = [
	{
		name: "idempotency keys are not remembered",
		shows: TWICE,
		profiles: ["keys"],
		patches: [
			{
				file: "shard/key-storage.ts",
				from: "return row && {",
				to: "return undefined && {",
			},
		],
	},
	{
		name: "a key is not looked for at its earlier homes",
		shows: TWICE,
		profiles: ["keys and reshards"],
		patches: [
			{
				file: "shard/shardings.ts",
				from: "return [...latest, ...earlier];",
				to: "return latest;",
			},
		],
	},
	{
		name: "after a rollback the latest homes are asked no longer than the others",
		shows: TWICE,
		profiles: ["rollbacks"],
		patches: [
			{
				file: "shard/shardings.ts",
				from: "return [...latest, ...earlier];",
				to: "return earlier;",
			},
		],
	},
	{
		name: "a shard vouches for a count that it never heard of",
		shows: TWICE,
		profiles: ["code of days"],
		patches: [
			{
				file: "shard/idempotency.ts",
				from: "this.#shardings.note(shardings, now);",
				to: "",
			},
			{
				file: "shard/shardings.ts",
				from: "if (!isLatest || since",
				to: "if (since",
			},
		],
	},
	{
		name: "a shard forgets at a rollback which counts there were",
		shows: TWICE,
		profiles: ["code of days"],
		patches: [
			{
				file: "shard/shardings.ts",
				from: "this.#known = new Map([...known].map((row) => [row.shardCount, row]));",
				to: "this.#known = new Map();",
			},
		],
	},
	{
		name: "a shard that knows the latest count is not asked for what it counted before",
		shows: TWICE,
		profiles: ["rollbacks"],
		patches: [
			{
				file: "shard/shardings.ts",
				from: "now < since + this.#keptMs;",
				to: "now < since;",
			},
		],
	},
	{
		name: "who knew one count is taken to know the next",
		shows: TWICE,
		profiles: ["code of days"],
		patches: [
			{
				file: "shard/shardings.ts",
				from: 'if (isLater) this.#database.sql.exec("DELETE FROM peers");',
				to: "",
			},
			{
				file: "shard/shardings.ts",
				from: "if (isLater) this.#peers = new Map();",
				to: "",
			},
		],
	},
	{
		name: "a key ends with the window, though it is asked for later",
		shows: TWICE,
		profiles: ["rollbacks and short windows"],
		patches: [
			{
				file: "shard/key-storage.ts",
				from: "KEPT_LONGER_MS: number = 2 * COUNTED_WITHIN_MS;",
				to: "KEPT_LONGER_MS: number = 0;",
			},
		],
	},
	{
		name: "a claim is not remembered",
		shows: TWICE,
		profiles: ["code of days"],
		patches: [
			{
				file: "shard/idempotency.ts",
				from: "this.#storage.save(key, { fingerprint: null, claimedBy }, now);",
				to: "",
			},
		],
	},
	{
		name: "key and count are written in different commits",
		shows: /read of|final value/,
		profiles: ["keys"],
		patches: [
			{
				file: "shard/role.ts",
				from: "const verdicts = this.#write(increments);\n\t\t\t\tawait world.commit();",
				to: "const verdicts = this.#write(increments); await world.commit(); this.later?.(); this.later = undefined; await world.commit();",
			},
			{
				file: "shard/role.ts",
				from: "if (counted.length > 0)\n\t\t\t\tremember = this.#outbox.add(",
				to: `this.later = () => {
					const entries = addUp(counted.map(({ entries }) => entries));
					this.#outbox.add(entries, 1, 0)();
					this.#outbox.proceed();
				};
				if (counted.length < 0) remember = this.#outbox.add(`,
			},
		],
	},
];
