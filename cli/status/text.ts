import type { Style } from "../ui/style.ts";
import { printable } from "../ui/text.ts";
import type { Greatest, Shard, Status, Totals, Write } from "./gather.ts";
import type { Room } from "./limits.ts";

/** Largest number of counters that the log names of a write. */
const MAX_LOGGED_COUNTERS = 1_000;

/** From this age on, the moment itself is clearer. */
const LONG_SECONDS = 120;

/** Stands where a number is not known. */
const DISK_FULL = "not known: the disk is full";

/** Words the state of a namespace for people: a few short tables. */
export function statusText(url: string, status: Status, style: Style): string {
	const { global, kv, top, shards, writes, diskFull } = status;
	// The server's clock, which all other moments are from.
	const now = Date.parse(global?.asOf ?? "") || Date.now();
	const holdings = shards.reduce((all, { sum }) => all + (sum ?? 0n), 0n);
	const least = shards.some(({ sum }) => sum === null) ? "or more, " : "";
	const heading = (text: string) => style("bold", text);
	const tables = [
		[heading(url), ...(diskFull === null ? [] : [`  ${diskFull.what}`])],
		table([
			[
				"shards hold",
				shards.length > 0 ? `${holdings}` : "?",
				`${least}not in the global totals yet`,
			],
			global
				? ["global", `${global.sum}`, `in ${global.counters} counters`]
				: ["global", "?", DISK_FULL],
			kv
				? ["kv", `${kv.sum}`, published(kv, global, now)]
				: ["kv", "?", DISK_FULL],
		]),
		[
			heading("shards"),
			...table(
				shards.map((shard, n) => [
					`shard${n}`,
					`${shard.sum ?? "?"}`,
					`${holding(shard)}, flushed ${ago(shard.flushedAt, now)}`,
				]),
			),
		],
		[
			heading("greatest totals"),
			...table(
				top.map((one) => [
					printable(one.counter),
					`${one.value}`,
					detailText(one),
				]),
			),
		],
		[
			heading("last writes"),
			...writes.map((write) => `  ${writeText(write, now)}`),
		],
	];
	return tables
		.filter((lines) => lines.length > 0)
		.map((lines) => `${lines.join("\n")}\n`)
		.join("\n");
}

/** Words what was counted lately, and what bounds leave. */
function detailText({ today, thisHour, left }: Greatest): string {
	return [
		...(today === undefined ? [] : [`${today} today`]),
		...(thisHour === undefined ? [] : [`${thisHour} this hour`]),
		...(left ? [leftText(left)] : []),
	].join(", ");
}

function leftText({ remaining, per }: Room): string {
	if (remaining === null) return "no limit";
	return `${remaining} left${per === null ? "" : ` this ${per}`}`;
}

function holding({ counters }: Shard): string {
	return counters === null
		? "does not answer"
		: `unflushed in ${counters} counters`;
}

function published(kv: Totals, global: Totals | null, now: number): string {
	if (kv.asOf === null)
		return kv.counters === 0
			? "never published"
			: "not published by the global object: KV holds what something else wrote";
	const behind = global ? global.sum - kv.sum : 0n;
	return `${behind === 0n ? "" : `${behind} behind global, `}published ${ago(Date.parse(kv.asOf), now)}`;
}

function writeText(write: Write, now: number): string {
	const { cmd, event, shardName, counters, timestamp } = write;
	const more = counters === MAX_LOGGED_COUNTERS ? " or more" : "";
	const what = cmd === "writeToKV" ? "" : `, ${counters} counters${more}`;
	return `${printable(`${shardName} ${cmd}, ${event}`)}${what}, ${ago(timestamp, now)}`;
}

/** Words a moment as seconds before `now`, if it is not long ago. */
function ago(moment: number | null, now: number): string {
	if (moment === null) return "not that the write log knows";
	const seconds = Math.max(0, (now - moment) / 1000);
	return seconds > LONG_SECONDS
		? `at ${new Date(moment).toISOString()}`
		: `${seconds.toFixed(1)} s ago`;
}

/** Lays out rows of a name, a number and a note in columns. */
function table(rows: readonly [string, string, string][]): string[] {
	const wide = (column: 0 | 1) =>
		Math.max(0, ...rows.map((row) => row[column].length));
	return rows.map(([name, number, note]) =>
		`  ${name.padEnd(wide(0))}  ${number.padStart(wide(1))}  ${note}`.trimEnd(),
	);
}
