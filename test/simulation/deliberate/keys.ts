import type { DeliberateFault } from "./fault.ts";

/** Mistakes with idempotency keys. */
export const KEYS: readonly DeliberateFault[] = [
	{
		name: "idempotency keys are not remembered",
		shows: /read of|final value|acknowledged for two/,
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
		shows: /read of|final value|acknowledged for two/,
		profiles: ["keys and reshards"],
		patches: [
			{
				file: "shard/idempotency.ts",
				from: "...counts.map((count) => homeOf(key, count)),",
				to: "",
			},
		],
	},
	{
		name: "a shard with old code does not ask the homes its caller knows",
		shows: /read of|final value|acknowledged for two/,
		profiles: ["old code for long"],
		patches: [
			{
				file: "shard/idempotency.ts",
				from: "now >= this.#unsettledUntil && reshardings === own.reshardings;",
				to: "now >= this.#unsettledUntil;",
			},
		],
	},
	{
		name: "a claim is not remembered",
		shows: /read of|final value|acknowledged for two/,
		profiles: ["keys and reshards"],
		patches: [
			{
				file: "shard/idempotency.ts",
				from: "this.#storage.save(key, { fingerprint: null, claimedBy }, now);",
				to: "",
			},
		],
	},
	{
		name: "earlier homes are asked no longer than the window",
		shows: /read of|final value|acknowledged for two/,
		profiles: ["short window"],
		patches: [
			{
				file: "shard/idempotency.ts",
				from: "const OVERLAP = 3_600_000;",
				to: "const OVERLAP = 0;",
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
