import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { nextStart } from "../../templates/runtime/history/calendar.ts";
import { parseMetrics } from "./metrics-text.ts";
import { withinOneHour } from "./one-hour.ts";
import { asAdmin, call, json, post } from "./support.ts";
import { Manual, Quota, Seats } from "./worker/index.ts";

/** Sends a body to `/limits/:counter` of a mount, with the admin token. */
function put(path: string, body: string): Promise<Response> {
	return call(path, {
		method: "PUT",
		body,
		headers: { Authorization: "Bearer first-token" },
	});
}

/** The status, and the members of a problem that are not for people. */
async function refusal(answer: Promise<Response>) {
	const { status, headers } = await answer;
	const { type, detail, ...members } = await json<{
		type: string;
		detail: string;
	}>(answer);
	return { status, code: type.split(":").at(-1), headers, detail, members };
}

const ZONE = "Europe/Berlin";
const endOfMonth = () =>
	new Date(nextStart("month", Date.now(), ZONE)).toISOString();

beforeAll(() => withinOneHour(ZONE));

describe("an increment", () => {
	it("counts up to the bound and not past it, whole or not at all", async () => {
		expect((await post("/seats/increment/stalls?by=9")).status).toBe(200);
		const over = await refusal(post("/seats/increment/stalls?by=2"));
		expect(over).toMatchObject({
			status: 409,
			code: "limit-reached",
			members: { counter: "stalls", min: 0, max: 10, remaining: 1 },
		});
		expect(over.headers.get("Retry-After")).toBeNull();
		expect((await post("/seats/increment/stalls")).status).toBe(200);
		expect(await refusal(post("/seats/increment/stalls"))).toMatchObject({
			members: { remaining: 0 },
		});
	});

	it("finds what came back, at whatever shard", async () => {
		await Seats.shardStub(env, 0).increment("box", 10);
		await expect(
			Seats.shardStub(env, 1).increment("box"),
		).rejects.toMatchObject({ code: "limit-reached", status: 409 });
		await Seats.shardStub(env, 1).increment("box", -1);
		expect(await Seats.shardStub(env, 1).increment("box")).toMatchObject({
			repeated: false,
		});
	});

	it("does not go below the lower bound", async () => {
		await post("/seats/increment/down?by=2");
		expect(await refusal(post("/seats/increment/down?by=-3"))).toMatchObject({
			status: 409,
			members: { counter: "down", remaining: 2 },
		});
		expect((await post("/seats/increment/down?by=-2")).status).toBe(200);
	});

	it("that no bound could ever admit is told so", async () => {
		const never = await refusal(post("/seats/increment/wide?by=11"));
		expect(never).toMatchObject({
			status: 409,
			code: "limit-reached",
			members: { counter: "wide", remaining: 10 },
		});
		expect(never.detail).toContain("no total leaves room for so much");
		const quota = await refusal(post("/quota/increment/wide?by=4"));
		expect(quota).toMatchObject({ status: 409, code: "limit-reached" });
		expect(quota.headers.get("Retry-After")).toBeNull();
	});

	it("of several counters is all of them, or none", async () => {
		expect(
			await refusal(post("/seats/increments", { one: 5, two: 11 })),
		).toMatchObject({ status: 409, members: { counter: "two" } });
		expect((await post("/seats/increments", { one: 5, two: 10 })).status).toBe(
			200,
		);
		const { counters } = await Seats.globalStub(env).exact();
		expect(counters).toMatchObject({ one: 5, two: 10 });
	});

	it("that was refused has not used its key", async () => {
		const key = { key: "order-1" };
		await Seats.shardStub(env).increment("keyed", 10);
		await expect(
			Seats.shardStub(env).increment("keyed", 1, key),
		).rejects.toMatchObject({ code: "limit-reached" });
		await Seats.shardStub(env).increment("keyed", -1);
		const once = () => Seats.shardStub(env).increment("keyed", 1, key);
		expect(await once()).toMatchObject({ repeated: false });
		expect(await once()).toMatchObject({ repeated: true });
	});

	it("past the quota of a month may come again once that is over", async () => {
		expect((await post("/quota/increment/user?by=3")).status).toBe(200);
		const secondsLeft = () =>
			Math.ceil((Date.parse(endOfMonth()) - Date.now()) / 1_000);
		const most = secondsLeft();
		const over = await refusal(post("/quota/increment/user"));
		const least = secondsLeft();
		expect(over).toMatchObject({
			status: 429,
			code: "quota-reached",
			members: {
				counter: "user",
				max: 3,
				remaining: 0,
				resetsAt: endOfMonth(),
			},
		});
		const left = Number(over.headers.get("Retry-After"));
		expect(left).toBeLessThanOrEqual(most);
		expect(left).toBeGreaterThanOrEqual(least);
	});

	it("that is imported obeys the bounds, too", async () => {
		const bring = (counters: Record<string, number>, key: string) =>
			Seats.shardStub(env).import(counters, key);
		await bring({ imported: 10 }, "first");
		await expect(bring({ imported: 1 }, "second")).rejects.toMatchObject({
			code: "limit-reached",
		});
	});
});

describe("/limits/:counter", () => {
	it("tells what is left, exactly, and takes nothing", async () => {
		await Seats.shardStub(env, 0).increment("gallery", 3);
		await Seats.shardStub(env, 1).increment("gallery", 4);
		for (let times = 0; times < 2; times++)
			expect(await json(asAdmin("/seats/limits/gallery"))).toEqual({
				counter: "gallery",
				min: 0,
				max: 10,
				per: null,
				used: 7,
				remaining: 3,
				resetsAt: null,
				own: false,
			});
		expect(await json(asAdmin("/seats/limits/nobody"))).toMatchObject({
			used: 0,
			remaining: 10,
		});
	});

	it("tells of this month where bounds are of months", async () => {
		await Quota.increment(env, "told", 2);
		expect(await json(asAdmin("/quota/limits/told"))).toEqual({
			counter: "told",
			min: null,
			max: 3,
			per: "month",
			used: 2,
			remaining: 1,
			resetsAt: endOfMonth(),
			own: false,
		});
	});

	it("sets bounds for one counter, and drops them", async () => {
		const set = await put("/seats/limits/loge", '{"max":2}');
		expect(set.status).toBe(200);
		expect(await json(set)).toMatchObject({
			min: null,
			max: 2,
			remaining: 2,
			own: true,
		});
		expect((await post("/seats/increment/loge?by=3")).status).toBe(409);
		expect((await post("/seats/increment/loge?by=2")).status).toBe(200);
		expect((await post("/seats/increment/other?by=3")).status).toBe(200);
		expect(await json(asAdmin("/seats/limits/loge", "DELETE"))).toMatchObject({
			min: 0,
			max: 10,
			used: 2,
			remaining: 8,
			own: false,
		});
		expect((await post("/seats/increment/loge?by=8")).status).toBe(200);
	});

	it("takes back what is there already by no lower bound", async () => {
		await post("/seats/increment/sold?by=8");
		const lower = await json(put("/seats/limits/sold", '{"min":null,"max":5}'));
		expect(lower).toMatchObject({ max: 5, used: 8, remaining: 0 });
		expect((await post("/seats/increment/sold")).status).toBe(409);
		expect((await post("/seats/increment/sold?by=-4")).status).toBe(200);
		expect((await post("/seats/increment/sold")).status).toBe(200);
	});

	it.each([
		["", "invalid-body"],
		["5", "invalid-body"],
		["[1]", "invalid-body"],
		["{}", "invalid-bounds"],
		['{"min":null}', "invalid-bounds"],
		['{"max":"5"}', "invalid-bounds"],
		['{"max":1.5}', "invalid-bounds"],
		['{"max":9007199254740993}', "invalid-bounds"],
		['{"min":6,"max":5}', "invalid-bounds"],
		['{"max":5,"per":"day"}', "invalid-bounds"],
	])("refuses %s as bounds", async (body, code) => {
		expect(await refusal(put("/seats/limits/bad", body))).toMatchObject({
			status: 400,
			code,
		});
		expect(await json(asAdmin("/seats/limits/bad"))).toMatchObject({
			own: false,
		});
	});

	it("bounds no name that may not be counted, but reads and drops any", async () => {
		const path = "/seats/limits/NOT%20ALLOWED";
		expect(await refusal(put(path, '{"max":5}'))).toMatchObject({
			status: 400,
			code: "invalid-counter-name",
		});
		expect((await asAdmin(path)).status).toBe(200);
		expect((await asAdmin(path, "DELETE")).status).toBe(200);
	});

	it("takes the rest of the path for the name", async () => {
		const path = "/seats/limits/NOT/ALLOWED/";
		expect(await json(asAdmin(path))).toMatchObject({
			counter: "NOT/ALLOWED/",
			used: 0,
		});
	});

	it("is there only with a total, and for the admin token", async () => {
		expect((await asAdmin("/votes/limits/yes")).status).toBe(404);
		for (const method of ["GET", "PUT", "DELETE"])
			expect((await call("/seats/limits/stalls", { method })).status).toBe(401);
		const post = await asAdmin("/seats/limits/stalls", "POST");
		expect([post.status, post.headers.get("Allow")]).toEqual([
			405,
			"GET, PUT, DELETE",
		]);
	});
});

it("code without a total is told that there are no limits", async () => {
	for (const ask of [
		() => Manual.globalStub(env).limit("any"),
		() => Manual.globalStub(env).setLimit("any", { max: 1 }),
		() => Manual.globalStub(env).dropLimit("any"),
	])
		await expect(ask()).rejects.toMatchObject({ code: "limits-off" });
});

it("metrics tell whether bounds hold, of namespaces that have some", async () => {
	await Seats.increment(env, "scraped");
	await put("/seats/limits/scraped", '{"max":5}');
	const families = parseMetrics(await (await asAdmin("/-/metrics")).text());
	const value = (name: string, namespace = "SEATS_DO") =>
		families
			.get(`counter_gen_${name}`)
			?.samples.get(`namespace="${namespace}"`);
	expect(value("limits_hold")).toBe(1);
	expect(value("own_limits")).toBeGreaterThanOrEqual(1);
	expect(value("open_loans")).toBeGreaterThanOrEqual(0);
	expect(value("limits_hold", "METRICS_DO")).toBeUndefined();
});

it("another Worker may look at what is left", async () => {
	await Seats.increment(env, "asked", 4);
	expect(await env.COUNTERS.limit("seats", "asked")).toMatchObject({
		counter: "asked",
		used: 4,
		remaining: 6,
	});
});
