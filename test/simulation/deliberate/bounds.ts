import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Mistakes with limits, and with what must happen whole. */
export const BOUNDS: readonly DeliberateFault[] = [
	{
		name: "counters of one increment are written in different commits",
		shows: /read of|final value/,
		profiles: ["basic", "few counters"],
		edits: [
			{
				...SEAMS.commit,
				to: "const first = increments.map((one) => ({ ...one, entries: one.entries.slice(0, 1) })); const rest = increments.filter(({ entries }) => entries.length > 1).map((one) => ({ ...one, key: undefined, volume: 0, size: 0, entries: one.entries.slice(1) })); const verdicts = this.#write(first); await host.commit(); this.#write(rest); await host.commit();",
			},
		],
	},
	{
		name: "a counter that is known is refused where there is no room",
		shows: /were refused/,
		profiles: ["few counters"],
		edits: [
			{
				file: "global/name-storage.ts",
				within: "NameStorage.register",
				find: "const added = this.#unknown(list, room + TOLD);",
				to: "const added = [...list];",
			},
		],
	},
	{
		name: "the limit of counters does not hold",
		shows: /counters has|known has/,
		profiles: ["few counters"],
		edits: [{ ...SEAMS.takeRoom, to: "" }],
	},
	{
		name: "the write log grows",
		shows: /writes has/,
		profiles: ["crowd"],
		edits: [
			{
				file: "write-log/storage.ts",
				within: "LogStorage.append",
				text: "WHERE id = (SELECT MAX(id) FROM writes) + 1 - ?1",
				to: "WHERE id = -?1",
			},
		],
	},
	{
		name: "keys are forgotten before they expire",
		shows: /acknowledged for two different|must be from|final value/,
		profiles: ["keys", "short window"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.forget",
				find: "const age = now - since;",
				to: "const age = 100 * (now - since);",
			},
		],
	},
	{
		name: "expired keys are kept",
		shows: /expired keys/,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.forget",
				find: "[this.#packs[table].clear(), this.#rows.clear(table)]",
				to: "[]",
			},
		],
	},
];
