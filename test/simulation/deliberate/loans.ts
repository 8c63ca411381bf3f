import type { DeliberateFault } from "./fault.ts";

/** Findings that a bound was passed, or what is left of it was not found. */
const SHOWS =
	/past its|goes past|began anew before|after (exact|global) read|would have been left|not given out|must be from/;

/** Mistakes of bounds: every way to lend that looks simpler. */
export const LOANS: readonly DeliberateFault[] = [
	{
		name: "what is lent is taken for an amount, not for a sum",
		shows: SHOWS,
		profiles: ["bounds", "bounds and a crowd"],
		edits: [
			{
				file: "bounds/open-loan.ts",
				within: "opened",
				find: "Math.max(up, open?.up ?? 0)",
				to: "(open?.up ?? 0) + up",
			},
		],
	},
	{
		name: "a shard forgets against its loan what it has not flushed",
		shows: SHOWS,
		profiles: ["bounds", "bounds and a crowd"],
		edits: [
			{
				file: "bounds/loan-storage.ts",
				within: "LoanStorage.#counted",
				find: "this.#unflushed(name, this.#folded)",
				to: "0",
			},
		],
	},
	{
		name: "a shard forgets against its loan what it has flushed",
		shows: SHOWS,
		profiles: ["bounds", "bounds and a crowd"],
		edits: [
			{
				file: "bounds/loan-storage.ts",
				within: "LoanStorage.#counted",
				find: "this.#recent.get(name) ?? 0",
				to: "0",
			},
		],
	},
	{
		name: "a shard takes what it was lent before a reset",
		shows: SHOWS,
		profiles: ["bounds, resets and slow shards", "bounds and resets"],
		edits: [
			{
				file: "bounds/loans.ts",
				within: "ShardLoans.#take",
				find: "turn < this.#storage.floor",
				to: "turn < 0",
			},
		],
	},
	{
		name: "it is lent while a reset drains",
		shows: SHOWS,
		profiles: ["bounds, resets and slow shards", "bounds and resets"],
		edits: [
			{
				file: "bounds/lender.ts",
				within: "CounterLender.#ready",
				find: "[...this.#resets].find($isOf)",
				to: "undefined",
			},
		],
	},
	{
		name: "a shard tells what it gives back and keeps it",
		shows: SHOWS,
		profiles: ["bounds", "bounds and a crowd"],
		edits: [
			{
				file: "bounds/admission.ts",
				within: "LoanAdmission.write",
				find: "this.#open.delete(name);",
				to: "",
			},
		],
	},
	{
		name: "what is given back, or lent, is told before it is durable",
		shows: SHOWS,
		profiles: ["bounds", "bounds and a crowd"],
		bend: { ungated: true },
	},
	{
		name: "what a lost disk had been lent is lent to the next one",
		shows: SHOWS,
		profiles: ["bounds and lost disks"],
		edits: [
			{
				file: "bounds/book.ts",
				within: "isOf",
				find: "shard === ask.shard && holder === ask.holder",
				to: "shard === ask.shard",
			},
		],
	},
	{
		name: "a period ends by the clock of the shard that asks",
		shows: SHOWS,
		profiles: ["bounds by the hour and clocks"],
		edits: [
			{
				file: "bounds/book.ts",
				within: "Book.#generation",
				find: "Math.min(this.#host.now(), asked)",
				to: "asked",
			},
			{
				file: "bounds/book.ts",
				within: "Book.#generation",
				find: "period?.endOf(this.#host.now()) ?? null",
				to: "period?.endOf(asked) ?? null",
			},
		],
	},
	{
		name: "a loan outlasts its period",
		shows: SHOWS,
		profiles: ["bounds by the hour"],
		edits: [
			{
				file: "bounds/open-loan.ts",
				within: "isUsable",
				find: "end === null || now < end || granted?.get(name) === generation",
				to: "true",
			},
		],
	},
	{
		name: "a key is saved before its request is admitted",
		shows: SHOWS,
		profiles: ["bounds and keys"],
		edits: [
			{
				file: "idempotency/ledger.ts",
				within: "KeyLedger.record",
				find: 'if (verdict === "new") counted.set(one.key, one.fingerprint);',
				to: 'if (judged === "new") counted.set(one.key, one.fingerprint);',
			},
		],
	},
	{
		name: "who does not answer has nothing left",
		shows: SHOWS,
		profiles: ["bounds", "bounds and outages"],
		edits: [
			{
				file: "bounds/recaller.ts",
				within: "Recaller.#recall",
				find: "if (isLost || net !== $nothing) this.#storage.close(name, generation, { shard, holder, serial }, net); else silent.set(name, $shards);",
				to: "if (isLost || net !== $nothing) this.#storage.close(name, generation, { shard, holder, serial }, net); else this.#storage.forget(name);",
			},
		],
	},
	{
		name: "it is refused without asking for what others have left",
		shows: SHOWS,
		profiles: ["bounds"],
		edits: [
			{
				file: "bounds/lender.ts",
				within: "CounterLender.#grants",
				find: "const silent = await this.#recaller.recall(short);",
				to: "const silent = new Map();",
			},
		],
	},
	{
		name: "a list is refused for a counter that nobody called back",
		shows: SHOWS,
		profiles: ["bounds of their own"],
		shadows: true,
		edits: [
			{
				file: "bounds/granting.ts",
				within: "Granting.attempt",
				find: "if (!isNew && !recalled.has(name)) short.add(name);",
				to: "if (!isNew && recalled.size === 0) short.add(name);",
			},
			{
				file: "bounds/granting.ts",
				within: "Granting.attempt",
				find: "if (this.#isAwaited(account.name)) account.want = 0;",
				to: "",
			},
		],
	},
	{
		name: "a lower bound leaves what was lent",
		shows: SHOWS,
		profiles: ["bounds of their own"],
		edits: [
			{
				file: "bounds/lender.ts",
				within: "CounterLender.#change",
				find: "await this.#recaller.recall([name])",
				to: "new Map()",
			},
		],
	},
	{
		name: "bounds begin before shards have drained",
		shows: SHOWS,
		profiles: ["bounds that come and go"],
		edits: [
			{
				file: "bounds/lender.ts",
				within: "CounterLender.#drain",
				find: "await this.#host.drain(turn)",
				to: "undefined",
			},
		],
	},
	{
		name: "code without bounds is not noticed",
		shows: SHOWS,
		profiles: ["bounds and code from before them"],
		edits: [
			{
				file: "bounds/lender.ts",
				within: "CounterLender.applied",
				find: "if (!bounded && entries.length > 0) this.#storage.end();",
				to: "",
			},
		],
	},
	{
		name: "a grant that lends nothing is not told from the one before",
		shows: SHOWS,
		profiles: ["bounds in peace", "bounds below", "bounds on both sides"],
		edits: [
			{
				file: "bounds/granting.ts",
				within: "Granting.attempt",
				find: "loan.serial++;",
				to: "",
			},
		],
	},
	{
		name: "what is counted where there is no bound is in no loan",
		shows: SHOWS,
		profiles: ["bounds of their own"],
		edits: [
			{
				file: "bounds/lender-storage.ts",
				within: "LenderStorage.close",
				text: "isOpen = 0, up = MAX(up, COALESCE(backUp + ?5, up)), down = MAX(down, COALESCE(backDown - ?5, down))",
				to: "isOpen = 0 * COALESCE(?5, 0)",
			},
		],
	},
	{
		name: "a reset leaves what was lent",
		shows: SHOWS,
		profiles: ["bounds and resets"],
		edits: [
			{
				file: "bounds/lender.ts",
				within: "CounterLender.reset",
				find: "this.#storage.forget(name);",
				to: "",
			},
		],
	},
	{
		name: "a shard keeps what it takes back from a total past its bound",
		shows: SHOWS,
		profiles: ["bounds of their own"],
		edits: [
			{
				file: "bounds/account.ts",
				within: "grantOf",
				find: "free | over",
				to: "free",
			},
		],
	},
];
