import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { isolateMemory } from "../../templates/runtime/kv/memory.ts";
import { asAdmin, call, eventually, json, post } from "./support.ts";

/** Puts a value as `wrangler kv key put`, or another program, would. */
async function put(text: string, metadata?: object): Promise<void> {
	await env.KV.put("manual~counters", text, metadata && { metadata });
	isolateMemory.forget();
}

it.each([
	['{"signups":42,"7":1,"__proto__":3}', undefined],
	['{"signups":0,"visits":-2}', {}],
	['{"signups":42}', { note: "by hand" }],
])(
	"the totals %s, with the metadata %j, are read one by one as in a list",
	async (text, metadata) => {
		await put(text, metadata);
		const list = await call("/manual/counters");
		const moment = list.headers.get("Counter-As-Of");
		const totals = new Map(Object.entries(await json<object>(list)));
		expect(totals).toEqual(new Map(Object.entries(JSON.parse(text))));
		expect(moment).toBe(null);
		for (const [counter, value] of totals) {
			const one = await call(`/manual/counters/${counter}`);
			expect([one.status, await one.json()]).toEqual([
				200,
				{ counter, value, read: "kv" },
			]);
		}
		expect((await call("/manual/counters/absent")).status).toBe(404);
	},
);

it("the first publication takes their place, and has a moment", async () => {
	await put('{"signups":42}');
	await post("/manual/increment/visits");
	await asAdmin("/manual/global/reset/nothing", "POST");
	const visits = () => json(call("/manual/counters/visits"));
	expect(await eventually(visits, (one) => "value" in (one as object))).toEqual(
		{
			counter: "visits",
			value: 1,
			asOf: expect.stringMatching(/^\d{4}-.*Z$/),
			read: "kv",
		},
	);
	expect((await call("/manual/counters/signups")).status).toBe(404);
});
