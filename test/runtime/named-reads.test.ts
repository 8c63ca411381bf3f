import { expect, it } from "vitest";
import { asAdmin, call, eventually, json, post } from "./support.ts";

const TEXT = '{"b":2,"never":0,"__proto__":4,"a":1}\n';

it("a read that names counters answers these, and 0 for what was never counted", async () => {
	await post("/manual/increments", { a: 1, b: 2, other: 3 });
	await post("/manual/increment/__proto__?by=4");
	const path = "/manual/counters?counters=b,never,__proto__,%61";
	const exact = await asAdmin(`${path}&read=exact`);
	expect(await exact.text()).toBe(TEXT);
	expect(exact.headers.get("Counter-Read")).toBe("exact");
	// Drains the shards, and publishes.
	await asAdmin("/manual/global/reset/nothing", "POST");
	const global = await asAdmin(`${path}&read=global`);
	expect(await global.text()).toBe(TEXT);
	const published = await eventually(
		async () => {
			const answer = await call(path);
			return { text: await answer.text(), headers: answer.headers };
		},
		({ text }) => text === TEXT,
	);
	expect(published.text).toBe(TEXT);
	expect(published.headers.get("Counter-As-Of")).toMatch(/^\d{4}-.*Z$/);
	expect(published.headers.has("Counter-Cursor")).toBe(false);
});

it("names are separated by commas, or stand in a parameter each", async () => {
	await post("/manual/increments", { "x,y": 5, x: 1, y: 2 });
	const text = async (query: string) =>
		(await asAdmin(`/manual/counters?read=exact&${query}`)).text();
	expect(await text("counters=y,x,y")).toBe('{"y":2,"x":1}\n');
	expect(await text("counters=y&a=b&counters=x")).toBe('{"y":2,"x":1}\n');
	// A percent-encoded comma is part of the name where there may be such a one …
	expect(await text("counters=x%2Cy,x")).toBe('{"x,y":5,"x":1}\n');
	expect(await text("counters=x%2Cy")).toBe('{"x,y":5}\n');
	expect(await text("counters=")).toBe("{}\n");
	expect(await text("counters=,%2C,..,+")).toBe('{",":0,"..":0," ":0}\n');
	// … and separates two elsewhere: some clients encode all of a list.
	const other = await call("/counters?counters=p%2Cq");
	expect(await other.text()).toBe('{"p":0,"q":0}\n');
});

it("it names 100 at the most", async () => {
	const read = (count: number) => {
		const names = Array.from({ length: count }, (_, n) => n);
		return call(`/manual/counters?counters=${names}`);
	};
	expect(Object.keys(await json<object>(read(100)))).toHaveLength(100);
	const refused = await read(101);
	expect([refused.status, await refused.json()]).toEqual([
		400,
		expect.objectContaining({
			type: "urn:problem-type:counter-gen:too-many-names",
		}),
	]);
});

it("it asks for the same token as other reads of its level", async () => {
	const refused = await call("/manual/counters?counters=a&read=exact");
	expect(refused.status).toBe(401);
});
