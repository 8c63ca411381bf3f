import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { startOf } from "../../templates/runtime/history/calendar.ts";
import { wallClock } from "../../templates/runtime/history/wall-clock.ts";
import { withinOneHour } from "./one-hour.ts";
import { asAdmin, call, json } from "./support.ts";
import { Past } from "./worker/index.ts";

const ZONE = "Europe/Berlin";
const DAY_MS = 86_400_000;

/** The beginning of a day, so many before today. */
const day = (ago: number) =>
	wallClock(startOf("day", Date.now() - ago * DAY_MS, ZONE), ZONE);

beforeAll(() => withinOneHour(ZONE));

/** Imports as whoever has the token. */
function bring(body: string, key: string, path = "/past/global/import") {
	return call(path, {
		method: "POST",
		headers: { Authorization: "Bearer first-token", "Idempotency-Key": key },
		body,
	});
}

async function last(counter: string, by: string, last: number) {
	const path = `/past/history/${counter}?by=${by}&last=${last}&read=exact`;
	const { points } = await json<{
		points: { start: string; value: number }[];
	}>(asAdmin(path));
	return points
		.filter(({ value }) => value !== 0)
		.map(({ start, value }) => [start, value]);
}

it("brings what was counted elsewhere to the day in which it was, once", async () => {
	const amounts = [
		["old", 5, "day", day(3)],
		// By the clocks of the namespace's zone.
		["old", 7, "day", day(2).slice(0, 10)],
		["old", 2, "hour", day(2)],
		["old", 100],
		["__proto__", 1, "day", day(3)],
	];
	const first = await bring(JSON.stringify(amounts), "import-1");
	expect(await first.text()).toMatch(
		/^\{"counters":\{"old":114,"__proto__":1\},"shard":\d\}\n$/,
	);
	const again = await bring(JSON.stringify(amounts), "import-1");
	expect(again.headers.get("Idempotent-Replayed")).toBe("true");
	expect(await last("old", "day", 5)).toEqual([
		[day(3), 5],
		[day(2), 9],
	]);
	expect(await last("old", "hour", 100)).toEqual([[day(2), 2]]);
	const other = JSON.stringify([["old", 114, "day", day(3)]]);
	expect((await bring(other, "import-1")).status).toBe(422);
	expect(await last("__proto__", "day", 5)).toEqual([[day(3), 1]]);

	const page = await asAdmin("/past/global/history?read=exact&limit=1");
	expect(page.headers.get("Counter-Read")).toBe("exact");
	expect(await page.text()).toBe(
		`{"__proto__":{"value":1,"history":{"day":{"${day(3)}":1}}}}\n`,
	);
	const cursor = page.headers.get("Counter-Cursor");
	const next = `/past/global/history?read=exact&cursor=${cursor}`;
	expect(await json(asAdmin(next))).toEqual({
		old: {
			value: 114,
			history: {
				hour: { [day(2)]: 2 },
				day: { [day(3)]: 5, [day(2)]: 9 },
			},
		},
	});
	const { counters } = await Past.globalStub(env).historyPart({
		read: "exact",
		limit: 2,
	});
	expect(counters.old).toMatchObject({ value: 114 });
});

it("takes moments in code, too", async () => {
	const at = Date.now() - 5 * DAY_MS;
	await Past.shardStub(env).import([["coded", 3, "day", at]], "coded-1");
	expect(await last("coded", "day", 7)).toEqual([[day(5), 3]]);
});

it.each([
	["[1]", "invalid-entries"],
	['[["a"]]', "invalid-history"],
	['[["a",1,"week","2026-11-01"]]', "invalid-history"],
	['[["a",1,"day"]]', "invalid-history"],
	['[["a",1,"day","yesterday"]]', "invalid-history"],
	['[["a",1,"day","2100-01-01"]]', "invalid-history"],
	['[["a",1,"day",-1]]', "invalid-history"],
	['[["a",1.5]]', "invalid-increment"],
	['[["..",1]]', "invalid-counter-name"],
	["[]", "invalid-entries"],
	["[[", "invalid-body"],
])("refuses %s", async (body, code) => {
	const answer = await bring(body, "bad");
	expect(await json(answer)).toMatchObject({
		type: expect.stringContaining(code),
		status: 400,
	});
});

it("refuses what says when it was, where no history is kept", async () => {
	const amounts = JSON.stringify([["a", 1, "day", day(1)]]);
	const answer = await bring(amounts, "no-history", "/big/global/import");
	expect(await json(answer)).toMatchObject({
		status: 400,
		detail: "No history is kept here: set `history` in counters.yaml",
	});
	expect((await asAdmin("/big/global/history")).status).toBe(404);
	expect((await asAdmin("/past/global/history?read=kv")).status).toBe(400);
	expect((await call("/past/global/history")).status).toBe(401);
});
