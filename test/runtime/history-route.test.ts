import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { startOf } from "../../templates/runtime/history/calendar.ts";
import {
	momentOf,
	wallClock,
} from "../../templates/runtime/history/wall-clock.ts";
import { withinOneHour } from "./one-hour.ts";
import { asAdmin, call, json, post } from "./support.ts";
import { Past } from "./worker/index.ts";

interface Answer {
	asOf: string;
	points: { start: string; value: number; final: boolean }[];
}

const ZONE = "Europe/Berlin";
const today = () => wallClock(startOf("day", Date.now(), ZONE), ZONE);

beforeAll(async () => {
	await withinOneHour(ZONE);
	await Past.shardStub(env, 0).increment("home", 3);
	await Past.shardStub(env, 1).increment("home", 4);
	await Past.shardStub(env, 0).write();
});

describe("GET /history/:counter", () => {
	it("answers what was counted, by the clocks of the namespace's zone", async () => {
		const answer = await call("/past/history/home?by=day&last=2");
		expect(answer.status).toBe(200);
		expect(await json(answer)).toEqual({
			counter: "home",
			by: "day",
			timeZone: ZONE,
			asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
			points: [
				{
					start: expect.stringContaining("T00:00:00+0"),
					value: 0,
					final: true,
				},
				{ start: today(), value: 3, final: false },
			],
		});
	});

	it("has what shards hold besides if it is to be exact, for whoever has the token", async () => {
		const path = "/past/history/home?by=hour&last=3&read=exact";
		expect((await call(path)).status).toBe(401);
		const { points } = await json<Answer>(asAdmin(path));
		expect(points.map(({ value }) => value)).toEqual([0, 0, 7]);
	});

	it("answers the last 30 days where nothing is asked for", async () => {
		const answer = await json<Answer>(call("/past/history/home"));
		expect(answer).toMatchObject({ by: "day" });
		expect(answer.points).toHaveLength(30);
	});

	it("answers 0 for what was never counted", async () => {
		const { points } = await json<Answer>(call("/past/history/nobody?last=1"));
		expect(points).toEqual([{ start: today(), value: 0, final: false }]);
	});

	it("takes dates and times by the clocks of that zone, or with an offset", async () => {
		const day = today().slice(0, 10);
		for (const query of [
			`from=${day}`,
			`from=${day}T00:00&to=2099-01-01`,
			`from=${encodeURIComponent(today())}`,
			// As it is typed: a plus sign in a query is a space.
			`from=${today()}`,
		]) {
			const { points } = await json<Answer>(
				call(`/past/history/home?${query}`),
			);
			expect([query, points.map(({ value }) => value)]).toEqual([query, [3]]);
		}
		const { points } = await json<Answer>(
			call("/past/history/home?from=2026-10-24&to=2026-10-27"),
		);
		expect(points.map(({ start }) => start)).toEqual([
			"2026-10-24T00:00:00+02:00",
			"2026-10-25T00:00:00+02:00",
			"2026-10-26T00:00:00+01:00",
		]);
	});

	it("is a line for each bucket with format=csv", async () => {
		const answer = await call("/past/history/home?format=csv&last=1");
		expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
		expect(await answer.text()).toBe(`start,value,final\n${today()},3,false\n`);
	});

	it("is remembered for a second by an isolate", async () => {
		const now = Date.now();
		const clock = vi.spyOn(Date, "now").mockReturnValue(now);
		const first = await json<Answer>(call("/past/history/memory?last=1"));
		await Past.shardStub(env, 0).increment("memory");
		await Past.shardStub(env, 0).write();
		clock.mockReturnValue(now + 999);
		expect(await json(call("/past/history/memory?last=1"))).toEqual(first);
		clock.mockReturnValue(now + 1_000);
		const { points } = await json<Answer>(call("/past/history/memory?last=1"));
		clock.mockRestore();
		expect(points.at(-1)?.value).toBe(1);
	});

	it.each([
		["by=week", "`by` is minute, hour or day"],
		["by=minute", "keeps nothing by minute"],
		["last=0", "`last` is a whole number from 1 to 1000"],
		["last=1001", "from 1 to 1000"],
		["last=ten", "from 1 to 1000"],
		["last=3&from=2026-11-01", "give `last`, or `from` and `to`"],
		["to=2026-11-01", "`to` asks for a `from`"],
		["from=2026-11-30&to=2026-11-01", "`from` must be before `to`"],
		["from=2026-11-01&to=2026-11-01", "`from` must be before `to`"],
		["from=2099-01-01", "`from` is in the future"],
		["from=yesterday", "`from` is a date or a moment in ISO 8601"],
		["from=2026-02-30", "`from` is a date or a moment in ISO 8601"],
		["from=2026-11-01&to=1", "`to` is a date or a moment in ISO 8601"],
		["format=xml", "`format` is json or csv"],
	])("refuses ?%s, and says what to write", async (query, detail) => {
		const answer = await call(`/past/history/home?${query}`);
		expect(answer.status).toBe(400);
		expect(await json(answer)).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-history",
			detail: expect.stringContaining(detail),
		});
	});

	it("refuses a read of KV, which has no history, and a name that is none", async () => {
		expect(await json(call("/past/history/home?read=kv"))).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-read",
		});
		const name = "x".repeat(257);
		expect(await json(call(`/past/history/${name}`))).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-counter-name",
		});
	});

	it("has nothing of an import, which is in the total alone", async () => {
		await Past.shardStub(env, 0).import({ old: 1_000 }, "import-1");
		const path = "/past/history/old?last=1&read=exact";
		const { points } = await json<Answer>(asAdmin(path));
		expect(points.map(({ value }) => value)).toEqual([0]);
		expect(await json(asAdmin("/past/counters/old?read=exact"))).toMatchObject({
			value: 1_000,
		});
	});

	it("is not there where no history is kept, and nothing is counted there", async () => {
		expect((await call("/manual/history/home")).status).toBe(404);
		expect((await post("/past/history/home")).status).toBe(405);
	});
});

describe("GET /top?by=", () => {
	it("answers what was counted most in the current day, or in another", async () => {
		await Past.shardStub(env, 0).increments({ home: 1, most: 50, least: 1 });
		await Past.shardStub(env, 0).write();
		expect(await json(call("/past/top?by=day&limit=2"))).toEqual({
			by: "day",
			timeZone: ZONE,
			start: today(),
			top: [
				{ counter: "most", value: 50 },
				{ counter: "home", value: 4 },
			],
			asOf: expect.stringMatching(/Z$/),
			read: "global",
		});
		expect(
			await json(call(`/past/top?by=day&at=${today().slice(0, 10)}`)),
		).toMatchObject({ start: today(), top: [{ counter: "most" }, {}, {}, {}] });
		expect(await json(call("/past/top?by=day&at=2026-11-01"))).toMatchObject({
			start: "2026-11-01T00:00:00+01:00",
			top: [],
		});
	});

	it.each([
		["/past/top?by=week", "`by` is minute, hour or day"],
		["/past/top?by=minute", "keeps nothing by minute"],
		["/past/top?by=day&at=noon", "`at` is a date or a moment"],
		["/past/top?by=day&limit=1001", "`limit` is from 1 to 1000"],
		["/past/top", "set `top` of this namespace"],
		["/big/top?by=day", "`by` asks for a `history`"],
	])("%s is refused, and says what to write", async (path, detail) => {
		const answer = await call(path);
		expect(answer.status).toBe(400);
		expect(await json(answer)).toMatchObject({
			detail: expect.stringContaining(detail),
		});
	});
});

it.each([
	["2026-11-22", "America/New_York", "2026-11-22T05:00:00.000Z"],
	["2026-11-22", "Pacific/Auckland", "2026-11-21T11:00:00.000Z"],
	["2026-03-08", "America/Havana", "2026-03-08T05:00:00.000Z"],
	["2026-11-01", "America/Havana", "2026-11-01T04:00:00.000Z"],
	["2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00.000Z"],
	["2026-11-22T08:30", "Asia/Kathmandu", "2026-11-22T02:45:00.000Z"],
	["2026-11-22T08:30:15.5", "UTC", "2026-11-22T08:30:15.500Z"],
	["2026-11-22T08:30Z", "Asia/Kathmandu", "2026-11-22T08:30:00.000Z"],
	["2026-11-22T08:30-03:30", "UTC", "2026-11-22T12:00:00.000Z"],
])("%s in %s is %s", (text, zone, moment) => {
	const at = momentOf(text, zone) ?? Number.NaN;
	expect(new Date(at).toISOString()).toBe(moment);
});

it.each([
	"",
	"2026",
	"2026-13-01",
	"2026-11-22T25:00",
	"2026-11-22T08:30+1",
	"1e12",
])("%j is no moment", (text) => {
	expect(momentOf(text, "UTC")).toBe(undefined);
});

it.each([
	["2026-07-01T00:00Z", "UTC", "2026-07-01T00:00:00Z"],
	["2026-07-01T00:00Z", "Asia/Kathmandu", "2026-07-01T05:45:00+05:45"],
	["2026-07-01T00:00Z", "America/St_Johns", "2026-06-30T21:30:00-02:30"],
])("%s is shown in %s as %s", (text, zone, shown) => {
	expect(wallClock(Date.parse(text), zone)).toBe(shown);
});
