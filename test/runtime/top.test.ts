import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { call, json } from "./support.ts";
import { Big } from "./worker/index.ts";

it("the highest counters are read from KV, before anything was published, too", async () => {
	expect(await json(call("/big/top"))).toEqual({ top: [], read: "kv" });
	const counters = { a: 1, b: 5, c: -3, d: 2, e: 5, f: 4, g: 0 };
	await Big.shardStub(env, 0).increments(counters);
	await Big.shardStub(env, 0).write();
	await Big.globalStub(env).write();
	const { asOf } = await json<{ asOf: string }>(call("/big/counters/a"));
	expect(await json(call("/big/top"))).toEqual({
		top: [
			{ counter: "b", value: 5 },
			{ counter: "e", value: 5 },
			{ counter: "f", value: 4 },
			{ counter: "d", value: 2 },
			{ counter: "a", value: 1 },
		],
		asOf,
		read: "kv",
	});
	expect(await json(call("/big/top?limit=2"))).toMatchObject({
		top: [{ counter: "b" }, { counter: "e" }],
	});
	await Big.globalStub(env).reset("b");
	expect(await json(call("/big/top?limit=1"))).toMatchObject({
		top: [{ counter: "e", value: 5 }],
	});
});

it.each(["limit=0", "limit=6", "limit=all", "limit=1.5", "limit="])(
	"%s is refused with the number that there is",
	async (query) => {
		const answer = await call(`/big/top?${query}`);
		expect(answer.status).toBe(400);
		expect(await json(answer)).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-limit",
			detail: expect.stringContaining("from 1 to 5, which is `top`"),
		});
	},
);

it("there is no such route where `top` is off", async () => {
	expect((await call("/manual/top")).status).toBe(404);
});
