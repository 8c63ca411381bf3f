import { expect, test } from "vitest";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import { Bounds, type Era } from "../../templates/runtime/history/bounds.ts";
import type {
	BucketTop,
	CounterHistory,
	HistoryUnit,
	Kept,
} from "../../templates/runtime/history/contract.ts";
import { history } from "../../templates/runtime/history/feature.ts";
import type { Entry, SlotItem } from "../../templates/runtime/protocol.ts";
import { batchOf, Place } from "./lone-objects.ts";
import { Random } from "./random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A midnight. */
const START = 20_000 * DAY_MS;
const KEPT = { minute: 2 * HOUR_MS, hour: 7 * DAY_MS, day: 400 * DAY_MS };
const UNITS: readonly HistoryUnit[] = ["minute", "hour", "day"];

const kept = (units: Kept = KEPT) => ({
	history: history({ ...units, timeZone: "UTC" }),
});
const slotAt = (ms: number) => Math.floor(ms / MINUTE_MS);

function place(): Place {
	const place = new Place();
	place.now = START;
	return place;
}

/** A batch of shard 0 that was counted now. */
function counted(place: Place, seq: number, ...entries: Entry[]) {
	const slot = slotAt(place.now);
	return batchOf(seq, entries, { slots: [[slot]], mark: slot });
}

async function settled(): Promise<void> {
	for (let n = 0; n < 300; n++)
		await new Promise((resolve) => setImmediate(resolve));
}

/** Buckets of `a` that have something, with their beginning after midnight. */
async function read(
	global: GlobalRole,
	by: HistoryUnit,
): Promise<[start: number, value: number][]> {
	const range = { last: 1_000 };
	const answer = await global.history({ counter: "a", by, range });
	return (answer as CounterHistory).points
		.filter(({ value }) => value !== 0)
		.map(({ start, value }) => [start - START, value]);
}

const ERAS: readonly [what: string, ...eras: Era[]][] = [
	["one zone", { since: 0, timeZone: "Europe/Berlin" }],
	[
		"a zone that skipped a day",
		{ since: 0, timeZone: "UTC" },
		{ since: Date.parse("2011-12-29T12:00Z"), timeZone: "Pacific/Apia" },
	],
	[
		"a change in the middle of a day",
		{ since: 0, timeZone: "UTC" },
		{ since: Date.parse("2026-11-29T10:00Z"), timeZone: "Asia/Kathmandu" },
	],
	[
		"a change at the new zone's midnight",
		{ since: 0, timeZone: "UTC" },
		{ since: Date.parse("2026-11-29T18:15Z"), timeZone: "Asia/Kathmandu" },
	],
	[
		"three changes within a day",
		{ since: 0, timeZone: "America/Havana" },
		{ since: Date.parse("2026-11-01T04:30Z"), timeZone: "Asia/Kathmandu" },
		{ since: Date.parse("2026-11-01T05:15Z"), timeZone: "Africa/Cairo" },
		{ since: Date.parse("2026-11-01T12:00Z"), timeZone: "America/Havana" },
	],
];

test.each<[string, ...Era[]]>([...ERAS])(
	"each bucket ends where the next begins: %s",
	(_, ...eras) => {
		const random = new Random(1);
		const last = eras.at(-1)?.since || Date.parse("2026-10-25T00:00Z");
		for (const unit of UNITS)
			for (let n = 0; n < 200; n++) {
				const bounds = new Bounds(eras);
				const at = last + random.int(-60 * HOUR_MS, 60 * HOUR_MS);
				const start = bounds.start(unit, at);
				const end = bounds.end(unit, at);
				expect([start <= at, at < end]).toEqual([true, true]);
				expect(bounds.start(unit, start)).toBe(start);
				expect(bounds.start(unit, end - 1)).toBe(start);
				expect(bounds.start(unit, end)).toBe(end);
				expect(bounds.after(unit, start)).toBe(end);
				expect(bounds.before(unit, end)).toBe(start);
			}
	},
);

test("minutes that are kept again begin then: meanwhile counts went into quarters of an hour", async () => {
	const at = place();
	const all = at.global({}, kept());
	all.register([["a"]], 0);
	all.apply(counted(at, 1, ["a", 1]));
	await settled();
	const { minute: _, ...others } = KEPT;
	const without = at.global({}, kept(others));
	at.now += 20 * MINUTE_MS;
	// Its shard knows no minutes any more.
	const quarter = slotAt(at.now) - 5;
	without.apply(batchOf(2, [["a", 2]], { slots: [[quarter]], mark: quarter }));
	await settled();
	at.now += 20 * MINUTE_MS;
	const again = at.global({}, kept());
	again.apply(counted(at, 3, ["a", 4]));
	await settled();
	expect(await read(again, "minute")).toEqual([[40 * MINUTE_MS, 4]]);
	expect(await read(again, "hour")).toEqual([[0, 7]]);
});

test("a bucket's top has what was counted in it, of days, hours and minutes, written or not", async () => {
	const at = place();
	const global = at.global({}, kept());
	global.register([["a", "b", "c"]], 0);
	// Two blocks of rows of each kind.
	const moments = [0, 23, 24, 24.5, 35 * 24, 35 * 24 + 1];
	for (const [n, hours] of moments.entries()) {
		at.now = START + hours * HOUR_MS;
		global.apply(counted(at, n + 1, ["a", 1], ["b", 2 ** n], ["c", 3]));
		await settled();
	}
	const top = (by: HistoryUnit, hours: number, limit = 10) => {
		const question = { by, at: START + hours * HOUR_MS, limit };
		return (global.historyTop(question) as BucketTop).top;
	};
	expect(top("day", 12)).toEqual([
		["c", 6],
		["b", 3],
		["a", 2],
	]);
	expect(top("day", 36, 1)).toEqual([["b", 12]]);
	expect(top("day", 60)).toEqual([]);
	expect(top("day", 35 * 24)).toEqual([
		["b", 48],
		["c", 6],
		["a", 2],
	]);
	expect(top("hour", 35 * 24)).toEqual([
		["b", 16],
		["c", 3],
		["a", 1],
	]);
	expect(top("minute", 35 * 24 + 1, 2)).toEqual([
		["b", 32],
		["c", 3],
	]);
});

test("a reset of all while hours and days are yet to be summed leaves what is imported then", async () => {
	const at = place();
	const global = at.global(
		{ holdings: async () => ({ pending: [], isEmpty: true }) as never },
		{ ...kept(), shardCount: 1 },
	);
	global.register([["a"]], 0);
	global.apply(counted(at, 1, ["a", 1]));
	at.now += 30 * DAY_MS;
	global.apply(batchOf(2, [["a", 1]], { slots: [], mark: slotAt(at.now) }));
	await global.reset();
	global.register([["a"]], 0);
	const [HOUR, DAY] = [1, 2];
	const day = slotAt(START + 28 * DAY_MS);
	const slots: SlotItem[] = [
		[-1, "a", 5, DAY, day],
		[-1, "a", 7, HOUR, day + 60],
	];
	global.apply(batchOf(3, [["a", 12]], { slots, mark: slotAt(at.now) }));
	await settled();
	expect(await read(global, "day")).toEqual([[28 * DAY_MS, 12]]);
	expect(await read(global, "hour")).toEqual([[28 * DAY_MS + HOUR_MS, 7]]);
});
