import type { Context } from "hono";
import { invalid } from "../problem.ts";
import {
	type CounterHistory,
	type Handle,
	type History,
	type HistoryDoor,
	type HistoryQuestion,
	type HistoryRange,
	type HistoryUnit,
	MAX_POINTS,
} from "./contract.ts";
import { momentOf, wallClock } from "./wall-clock.ts";

/** Units from the coarsest to the finest, and the buckets that are shown by default. */
const UNITS: readonly (readonly [unit: HistoryUnit, last: number])[] = [
	["day", 30],
	["hour", 24],
	["minute", 60],
];

/** Time for which an isolate goes on answering what it was answered. */
const FRESH_MS = 1_000;

/** Answers that an isolate remembers; 100 kB each at the most. */
const MAX_ANSWERS = 50;

/** Answers `GET /history/:counter`: what was counted in each minute, hour or day. */
export function historyRoute(
	{ kept, timeZone }: Pick<History, "kept" | "timeZone">,
	door: HistoryDoor,
): Handle {
	const known = new Map<string, { answer: CounterHistory; at: number }>();

	const askObject = (
		c: Context,
		{ counter, by, range }: HistoryQuestion,
		read?: "exact",
	) =>
		door
			.global(c.env)
			.history(counter, { by, ...range, ...(read && { read }) });

	/** Asks the global object, or remembers what it said a moment ago. */
	const ask = async (c: Context, question: HistoryQuestion) => {
		const now = Date.now();
		const key = JSON.stringify(question);
		const found = known.get(key);
		const age = now - (found?.at ?? 0);
		if (found && age >= 0 && age < FRESH_MS) return found.answer;
		const answer = await askObject(c, question);
		known.delete(key);
		known.set(key, { answer, at: now });
		const [oldest = key] = known.keys();
		if (known.size > MAX_ANSWERS) known.delete(oldest);
		return answer;
	};

	const read = door.read(async (c) =>
		shown(c, door, await ask(c, questionOf(c, kept, timeZone))),
	);
	const exact = door.admin(async (c) => {
		const question = questionOf(c, kept, timeZone);
		return shown(c, door, await askObject(c, question, "exact"));
	});
	return async (c) => {
		const level = c.req.query("read") ?? "global";
		if (level === "exact") return exact(c);
		if (level === "global") return read(c);
		throw invalid(
			"invalid-read",
			"`read` is exact or, as without it, global: KV has no history",
		);
	};
}

/** Answers as JSON or, with `?format=csv`, a line for each bucket. */
function shown(
	c: Context,
	door: HistoryDoor,
	{ counter, by, timeZone, asOf, points }: CounterHistory,
): Response {
	const rows = points.map(({ start, value, final }) => ({
		start: wallClock(start, timeZone),
		value,
		final,
	}));
	const format = c.req.query("format") ?? "json";
	if (format === "json")
		return door.answer({
			counter,
			by,
			timeZone,
			asOf: new Date(asOf).toISOString(),
			points: rows,
		});
	if (format !== "csv") throw wrong("`format` is json or csv");
	const lines = rows.map(
		({ start, value, final }) => `${start},${value},${final}\n`,
	);
	return door.answerText(
		`start,value,final\n${lines.join("")}`,
		"text/csv; charset=utf-8",
	);
}

/** Reads the question from the path and the query. */
function questionOf(
	c: Context,
	kept: History["kept"],
	timeZone: string,
): HistoryQuestion {
	const counter = c.req.param("counter") ?? "";
	const first = UNITS.find(([unit]) => kept[unit] !== undefined);
	const by = c.req.query("by") ?? first?.[0];
	const known = UNITS.find(([unit]) => unit === by);
	if (!known) throw wrong("`by` is minute, hour or day");
	const [unit, last] = known;
	return { counter, by: unit, range: rangeOf(c, last, timeZone) };
}

function rangeOf(c: Context, preset: number, timeZone: string): HistoryRange {
	const { last, from, to } = c.req.query();
	if (from === undefined && to === undefined)
		return { last: last === undefined ? preset : lastOf(last) };
	if (last !== undefined) throw wrong("give `last`, or `from` and `to`");
	if (from === undefined) throw wrong("`to` asks for a `from`");
	const range = {
		from: momentIn("from", from, timeZone),
		to: to === undefined ? Date.now() : momentIn("to", to, timeZone),
	};
	if (range.from < range.to) return range;
	throw wrong(
		to === undefined
			? "`from` is in the future"
			: "`from` must be before `to`: what begins at `to` is not in the answer",
	);
}

function lastOf(text: string): number {
	const last = /^\d{1,4}$/.test(text) ? Number(text) : 0;
	if (last >= 1 && last <= MAX_POINTS) return last;
	throw wrong(`\`last\` is a whole number from 1 to ${MAX_POINTS}`);
}

function momentIn(name: string, text: string, timeZone: string): number {
	const moment = momentOf(text, timeZone);
	if (moment !== undefined) return moment;
	throw wrong(
		`\`${name}\` is a date or a moment in ISO 8601, such as 2026-11-22 or 2026-11-22T08:00Z; without an offset it is by the clocks of ${timeZone}`,
	);
}

function wrong(detail: string) {
	return invalid("invalid-history", detail);
}
