import type { DeliberateFault } from "./fault.ts";

/** Mistakes with limits, and with what must happen whole. */
export const BOUNDS: readonly DeliberateFault[] = [
	{
		name: "counters of one increment are written in different commits",
		shows: /read of|final value/,
		profiles: ["basic", "few counters"],
		patches: [
			{
				file: "shard/role.ts",
				from: "const verdicts = this.#write(increments);\n\t\t\t\tawait world.commit();",
				to: `const first = increments.map((one) => ({ ...one, entries: one.entries.slice(0, 1) }));
				const rest = increments.filter(({ entries }) => entries.length > 1).map((one) => ({ ...one, key: undefined, volume: 0, size: 0, entries: one.entries.slice(1) }));
				const verdicts = this.#write(first); await world.commit(); this.#write(rest); await world.commit();`,
			},
		],
	},
	{
		name: "a counter that is known is refused where there is no room",
		shows: /were refused/,
		profiles: ["few counters"],
		patches: [
			{
				file: "global/storage.ts",
				from: "const added = this.#unknown(list, room + TOLD);",
				to: "const added = [...list];",
			},
		],
	},
	{
		name: "the limit of counters does not hold",
		shows: /counters has|known has/,
		profiles: ["few counters"],
		patches: [
			{
				file: "global/storage.ts",
				from: "names += added.length;",
				to: "",
			},
		],
	},
	{
		name: "the write log grows",
		shows: /writes has/,
		profiles: ["crowd"],
		patches: [
			{
				file: "global/log-storage.ts",
				from: "WHERE id = (SELECT MAX(id) FROM writes) + 1 - ?1",
				to: "WHERE id = -?1",
			},
		],
	},
	{
		name: "keys are forgotten before they expire",
		shows: /acknowledged for two different|must be from|final value/,
		profiles: ["keys", "short window"],
		patches: [
			{
				file: "shard/key-storage.ts",
				from: "if (age < this.#window) return;",
				to: "if (age < this.#window / 4) return;",
			},
		],
	},
	{
		name: "expired keys are kept",
		shows: /expired keys/,
		profiles: ["short window"],
		patches: [
			{
				file: "shard/key-storage.ts",
				from: "this.#clear(other);",
				to: "",
			},
		],
	},
];
