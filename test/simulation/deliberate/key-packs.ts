import type { DeliberateFault } from "./fault.ts";
import { SEAMS } from "./seams.ts";

/** Matches what shows that a key was counted twice, or not at all. */
const TWICE = /read of|final value|acknowledged for two/;

/** … or that a restart beside the running object would not find it. */
const LOST =
	/would restart with no keys|read of|final value|acknowledged for two/;

/** Packs that are merged after a few keys: too much is needed for that else. */
const SMALL = [
	{ ...SEAMS.packKeys, to: "const PACK_KEYS = 2;" },
	{ ...SEAMS.fanIn, to: "const FAN_IN = 2;" },
];

/** Likewise, and each commit makes a pack. */
const TINY = [
	{ ...SEAMS.packKeys, to: "const PACK_KEYS = 1;" },
	{ ...SEAMS.fanIn, to: "const FAN_IN = 2;" },
];

/** Mistakes with the journal and the packs of idempotency keys. */
export const KEY_PACKS: readonly DeliberateFault[] = [
	{
		name: "keys are in memory only until they are packed",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			{
				file: "idempotency/key-journal.ts",
				within: "KeyJournal.append",
				text: "VALUES (?, ?, ?)",
				to: "SELECT ?, ?, ? WHERE FALSE",
			},
		],
	},
	{
		name: "a commit writes over the keys of the one before",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			{
				file: "idempotency/key-journal.ts",
				within: "KeyJournal.append",
				text: "VALUES (?, ?, ?)",
				to: "VALUES (0 * ?, ?, ?)",
			},
		],
	},
	{
		name: "the journal of keys is replayed once these are packed",
		shows: /expired keys/,
		profiles: ["code of days"],
		edits: [
			{
				file: "idempotency/key-journal.ts",
				within: "KeyJournal.constructor",
				text: "WHERE round = ?",
				to: "WHERE ? IS NOT NULL",
			},
		],
	},
	{
		name: "keys of a commit that was taken back are remembered",
		shows: /would restart|read of|final value|acknowledged/,
		profiles: ["full disks and keys"],
		edits: [
			{
				file: "idempotency/ledger.ts",
				within: "KeyLedger.record",
				find: "this.#storage.count(counted, now)",
				to: "(this.#storage.count(counted, now)(), () => {})",
			},
		],
	},
	{
		name: "a merge of packs loses a key",
		shows: LOST,
		shadows: true,
		profiles: ["full disks and keys"],
		edits: [
			...SMALL,
			{
				file: "idempotency/key-packs.ts",
				within: "KeyPacks.append",
				find: "sorted[step.indexOf(placeOf(line))]?.push(line);",
				to: "if (sorted[step.indexOf(placeOf(line))]?.length === 0) sorted[step.indexOf(placeOf(line))]?.push(line);",
			},
		],
	},
	{
		name: "runs of packs count as merged with the first step",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			...TINY,
			{
				file: "idempotency/key-layout.ts",
				within: "rowsOf",
				find: "Math.floor((steps[level] ?? 0) / size)",
				to: "Math.ceil((steps[level] ?? 0) / size)",
			},
		],
	},
	{
		name: "it is not noted how far packs are merged",
		shows: LOST,
		shadows: true,
		profiles: ["full disks and keys"],
		edits: [
			...SMALL,
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.#note",
				text: "layout0 = ?, layout1 = ?",
				to: "layout0 = layout0 || SUBSTR(?, 1, 0), layout1 = layout1 || SUBSTR(?, 1, 0)",
			},
		],
	},
	{
		name: "memory runs ahead of a merge that is taken back",
		shows: LOST,
		shadows: true,
		profiles: ["full disks and keys"],
		edits: [
			...TINY,
			{
				file: "idempotency/key-packs.ts",
				within: "KeyPacks.append",
				find: "return { layout, remember };",
				to: "remember(); return { layout, remember };",
			},
		],
	},
	{
		name: "the marks in memory are those of before a merge",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			...SMALL,
			{
				file: "idempotency/key-packs.ts",
				within: "KeyPacks.append",
				find: "for (const [row, text] of marks) this.#marks.set(row, text);",
				to: "",
			},
		],
	},
	{
		name: "a pack has no mark of its last key",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			...SMALL,
			{
				file: "idempotency/key-packs.ts",
				within: "KeyPacks.#write",
				find: "kept.map(markOf)",
				to: "kept.slice(1).map(markOf)",
			},
		],
	},
	{
		name: "what a pack has no room for is lost",
		shows: LOST,
		shadows: true,
		profiles: ["full disks and keys"],
		edits: [
			...SMALL,
			{ ...SEAMS.packCharacters, to: "const MAX_PACK_CHARACTERS = 250;" },
			{
				file: "idempotency/key-packs.ts",
				within: "KeyPacks.#write",
				find: "spill(parseLine(line))",
				to: "undefined",
			},
		],
	},
	{
		name: "a rotation leaves out what is in no pack yet",
		shows: LOST,
		shadows: true,
		profiles: ["full disks and keys"],
		edits: [
			{
				file: "idempotency/key-storage.ts",
				within: "KeyStorage.forget",
				find: "this.#pack(this.#journal.lines)",
				to: "this.#pack([])",
			},
		],
	},
	{
		name: "a commit counts two requests of a key",
		shows: TWICE,
		profiles: ["keys"],
		edits: [
			{
				file: "idempotency/ledger.ts",
				within: "KeyLedger.record",
				find: 'if (verdict === "new") counted.set(one.key, one.fingerprint);',
				to: "counted.set(counted.size + one.key, one.fingerprint);",
			},
		],
	},
];
