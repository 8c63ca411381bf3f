import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

const TWICE = /read of|final value|acknowledged for two/;

/** Mistakes with idempotency keys. */
export const KEYS: readonly DeliberateFault[] = [
	{
		name: "idempotency keys are not remembered",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.find",
				find: "found && found.expires > now",
				to: "false",
			},
		],
	},
	{
		name: "a key is not looked for at its earlier homes",
		shows: TWICE,
		profiles: ["keys and reshards"],
		edits: [{ ...SEAMS.homes, to: "latest" }],
	},
	{
		name: "after a rollback the latest homes are asked no longer than the others",
		shows: TWICE,
		profiles: ["rollbacks"],
		edits: [{ ...SEAMS.homes, to: "earlier" }],
	},
	{
		name: "a shard vouches for a count that it never heard of",
		shows: TWICE,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/ledger.ts",
				within: "KeyLedger.claim",
				find: "this.#shardings.note(shardings, now);",
				to: "",
			},
			{
				file: "idempotency/shardings.ts",
				within: "Shardings.heard",
				find: "!isLatest || since <= before + SAME_MS",
				to: "since <= before + SAME_MS",
			},
		],
	},
	{
		name: "a shard forgets at a rollback which counts there were",
		shows: TWICE,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/shardings.ts",
				within: "Shardings.constructor",
				find: "this.#known = new Map([...known].map((row) => [row.shardCount, row]));",
				to: "this.#known = new Map();",
			},
		],
	},
	{
		name: "a shard that knows the latest count is not asked for what it counted before",
		shows: TWICE,
		profiles: ["rollbacks"],
		edits: [
			{
				file: "idempotency/shardings.ts",
				within: "Shardings.homes",
				find: "now < since + this.#keptMs",
				to: "now < since",
			},
		],
	},
	{
		name: "who knew one count is taken to know the next",
		shows: TWICE,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/shardings.ts",
				within: "Shardings.note",
				find: 'if (isLater) this.#database.sql.exec("DELETE FROM peers");',
				to: "",
			},
			{
				file: "idempotency/shardings.ts",
				within: "Shardings.note",
				find: "if (isLater) this.#peers = new Map();",
				to: "",
			},
		],
	},
	{
		name: "keys are kept as long as the code that runs wants them",
		shows: TWICE,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.forget",
				find: "[longest[current], longest[other]]",
				to: "[this.#keptMs, this.#keptMs]",
				knowing: "this.#keptMs = window + KEPT_LONGER_MS",
			},
		],
	},
	{
		name: "a key ends with the window, though it is asked for later",
		shows: TWICE,
		profiles: ["rollbacks and short windows"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "",
				find: "2 * COUNTED_WITHIN_MS",
				to: "0",
			},
		],
	},
	{
		name: "a claim is not remembered",
		shows: TWICE,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/ledger.ts",
				within: "KeyLedger.#claim",
				find: "this.#storage.save(key, { fingerprint: null, claimedBy }, now);",
				to: "",
			},
		],
	},
	{
		name: "a key that ends takes others of it that are under way along",
		shows: TWICE,
		profiles: ["rollbacks and short windows"],
		edits: [
			{
				...SEAMS.keyEnds,
				to: "$all.delete(claimed); this.#underWay.delete(key);",
			},
		],
	},
	{
		name: "a key is under way for ever",
		shows: /holds room: keys/,
		profiles: ["keys"],
		edits: [{ ...SEAMS.keyEnds, to: "$all.delete(claimed);" }],
	},
	{
		name: "a request with a key is under way for ever",
		shows: /holds room: keys/,
		profiles: ["keys"],
		edits: [
			{
				...SEAMS.keyEnds,
				to: "if ($all.size === 0) this.#underWay.delete(key);",
			},
		],
	},
	{
		name: "a shard without keys answers that it counted none",
		shows: TWICE,
		profiles: ["keys turned off"],
		edits: [
			{
				file: "idempotency/off.ts",
				within: "",
				find: "() => { throw new Error(keysOff.detail); }",
				to: "() => ({ fingerprint: null, claimedBy: [], shardings: [], latestForMs: 0 })",
			},
		],
	},
	{
		name: "a shard without keys counts what has one",
		shows: TWICE,
		profiles: ["keys turned off"],
		edits: [
			{
				file: "idempotency/off.ts",
				within: "",
				find: "async () => ({ problem: keysOff })",
				to: "async (request, count) => count(request)",
			},
			{
				file: "idempotency/off.ts",
				within: "",
				find: "key ? { problem: keysOff } : admit(n)",
				to: "admit(n)",
			},
		],
	},
	{
		name: "key and count are written in different commits",
		shows: /read of|final value/,
		profiles: ["keys"],
		edits: [
			{
				...SEAMS.commit,
				to: "const verdicts = this.#write(increments); await host.commit(); this.later?.(); this.later = undefined; await host.commit();",
			},
			{
				...SEAMS.count,
				to: "this.later = () => { this.#outbox.add($entries, 1, 0)(); this.#outbox.proceed(); };",
			},
		],
	},
];
