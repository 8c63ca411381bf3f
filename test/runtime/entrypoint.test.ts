import { env } from "cloudflare:workers";
import { expect, expectTypeOf, it } from "vitest";
import { withinOneHour } from "./one-hour.ts";
import { Big, Counters, Manual, Past, Votes } from "./worker/index.ts";

const { COUNTERS, RESETTING_COUNTERS } = env;

it("counts for another Worker, once by a key", async () => {
	const once = () => COUNTERS.increment("manual", "called", 2, { key: "k" });
	expect(await once()).toMatchObject({ counter: "called", repeated: false });
	expect(await once()).toMatchObject({ by: 2, repeated: true });
	expect(await COUNTERS.increment("manual", "called")).toMatchObject({ by: 1 });
	expect(
		await COUNTERS.increments("manual", { called: 3, other: 4 }, { key: "l" }),
	).toMatchObject({ counters: { called: 3, other: 4 }, repeated: false });
	const { counters } = await Manual.globalStub(env).exact();
	expect(counters).toMatchObject({ called: 6, other: 4 });
});

it("reads for another Worker, as deep as it asks", async () => {
	await COUNTERS.increments("big-ones", { a: 1, b: 2, c: 3 });
	const total = (read: "kv" | "global" | "exact") =>
		COUNTERS.total("big-ones", "b", { read });
	expect(await total("kv")).toEqual({ value: undefined, asOf: undefined });
	expect(await total("global")).toMatchObject({ value: undefined });
	expect(await total("exact")).toEqual({ value: 2, asOf: expect.any(Number) });

	const page = await COUNTERS.totals("big-ones", { read: "exact", limit: 2 });
	expect(page.counters).toEqual({ a: 1, b: 2 });
	const { cursor = "" } = page;
	const last = await COUNTERS.totals("big-ones", { read: "exact", cursor });
	expect([last.counters, last.cursor]).toEqual([{ c: 3 }, undefined]);

	for (const shard of [0, 1]) await Big.shardStub(env, shard).write();
	await Big.globalStub(env).write();
	expect(await COUNTERS.total("big-ones", "b")).toEqual({
		value: 2,
		asOf: expect.any(Number),
	});
	expect(await COUNTERS.totals("big-ones")).toMatchObject({
		counters: { a: 1, b: 2, c: 3 },
	});
});

it("reads for another Worker what was counted when, and the highest", async () => {
	await withinOneHour("Europe/Berlin");
	await COUNTERS.increments(
		"past",
		JSON.parse('{"__proto__":3,"home":5,"x":1}'),
	);
	for (const shard of [0, 1]) await Past.shardStub(env, shard).write();
	const past = await COUNTERS.history("past", "__proto__", {
		by: "day",
		last: 2,
		read: "exact",
	});
	expect(past).toMatchObject({ by: "day", timeZone: "Europe/Berlin" });
	expect(past.points.map(({ value }) => value)).toEqual([0, 3]);
	expect(await COUNTERS.top("past", { by: "day", limit: 2 })).toEqual({
		by: "day",
		timeZone: "Europe/Berlin",
		start: past.points[1]?.start,
		asOf: expect.any(Number),
		top: [
			{ counter: "home", value: 5 },
			{ counter: "__proto__", value: 3 },
		],
	});
	const at = past.points[0]?.start ?? 0;
	const before = await COUNTERS.top("past", { by: "day", at });
	expect(before).toMatchObject({ top: [], start: at });

	await COUNTERS.increments("big-ones", { top1: 1_000, top2: 2_000 });
	for (const shard of [0, 1]) await Big.shardStub(env, shard).write();
	await Big.globalStub(env).write();
	expect(await COUNTERS.top("big-ones", { limit: 2 })).toEqual({
		top: [
			{ counter: "top2", value: 2_000 },
			{ counter: "top1", value: 1_000 },
		],
		asOf: expect.any(Number),
	});
});

it("resets only for callers whose binding allows it", async () => {
	await COUNTERS.increment("votes", "yes");
	await expect(
		(async () => COUNTERS.reset("votes", "yes"))(),
	).rejects.toMatchObject({ code: "reset-not-allowed", status: 403 });
	expect(await Votes.total(env, "yes", { read: "exact" })).toMatchObject({
		value: 1,
	});
	await RESETTING_COUNTERS.reset("votes", "yes");
	expect(await Votes.total(env, "yes", { read: "exact" })).toMatchObject({
		value: undefined,
	});
	await COUNTERS.increments("votes", { yes: 1, no: 1 });
	await RESETTING_COUNTERS.reset("votes");
	expect((await Votes.globalStub(env).exact()).counters).toEqual({});
});

it("has these methods, and each is called above", () => {
	const { prototype } = Object.getPrototypeOf(Counters);
	expect(Object.getOwnPropertyNames(prototype).toSorted()).toEqual([
		"constructor",
		"history",
		"increment",
		"increments",
		// By limits.test.ts.
		"limit",
		"reset",
		"top",
		"total",
		"totals",
	]);
});

it("refuses with a code and a status what there is not", async () => {
	const loose = COUNTERS as unknown as Record<
		string,
		(...args: unknown[]) => Promise<unknown>
	>;
	const refusal = async (method: string, ...args: unknown[]) =>
		loose[method]?.(...args).then(
			() => undefined,
			({ name, code, status }) => [name, code, status],
		);
	for (const method of [
		"increment",
		"increments",
		"total",
		"totals",
		"history",
		"top",
		"limit",
	])
		for (const key of ["none", "constructor"])
			expect(await refusal(method, key, "a")).toEqual([
				"CounterProblem",
				"unknown-namespace",
				404,
			]);
	for (const [method, ...args] of [
		["total", "manual", "a", { read: "deep" }],
		["totals", "manual", { read: "deep" }],
	] as const)
		expect(await refusal(method, ...args)).toEqual([
			"CounterProblem",
			"invalid-read",
			400,
		]);
	for (const [method, ...args] of [
		["history", "manual", "a", { by: "day", last: 1 }],
		["history", "past", "a", { by: "minute", last: 1 }],
		["top", "manual"],
		["top", "manual", { by: "day" }],
	] as const)
		expect(await refusal(method, ...args)).toEqual([
			"CounterProblem",
			"invalid-history",
			400,
		]);
	for (const limit of [0, 6, 1.5])
		expect(await refusal("top", "big-ones", { limit })).toEqual([
			"CounterProblem",
			"invalid-limit",
			400,
		]);
	expect(await refusal("total", "manual", "..")).toEqual([
		"CounterProblem",
		"invalid-counter-name",
		400,
	]);
	expect(await refusal("increment", "votes", "maybe")).toEqual([
		"CounterProblem",
		"invalid-counter-name",
		400,
	]);
});

it("shows namespaces and their names to the caller's types", () => {
	type Args<Method extends keyof typeof COUNTERS> =
		(typeof COUNTERS)[Method] extends (...args: infer All) => unknown
			? All
			: never;
	expectTypeOf<["votes", "yes", 1]>().toExtend<Args<"increment">>();
	expectTypeOf<["manual", "any"]>().toExtend<Args<"increment">>();
	expectTypeOf<["votes", "maybe"]>().not.toExtend<Args<"increment">>();
	expectTypeOf<["none", "yes"]>().not.toExtend<Args<"increment">>();
	expectTypeOf<["votes", { no: 1 }]>().toExtend<Args<"increments">>();
	expectTypeOf<["votes", { maybe: 1 }]>().not.toExtend<Args<"increments">>();
	expectTypeOf<["votes", "no"]>().toExtend<Args<"total">>();
	expectTypeOf<["votes", "maybe"]>().not.toExtend<Args<"total">>();
	expectTypeOf<["none"]>().not.toExtend<Args<"totals">>();
	expectTypeOf<["votes", "no", { by: "day"; last: 1 }]>().toExtend<
		Args<"history">
	>();
	expectTypeOf<["votes", "maybe", { by: "day"; last: 1 }]>().not.toExtend<
		Args<"history">
	>();
	expectTypeOf<["votes", { by: "day" }]>().toExtend<Args<"top">>();
	expectTypeOf<["none"]>().not.toExtend<Args<"top">>();
	expectTypeOf(Votes.increment<typeof Votes>)
		.parameter(1)
		.toEqualTypeOf<"yes" | "no">();
});
