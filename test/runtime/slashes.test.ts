import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { asAdmin, call, json, post } from "./support.ts";
import { Past, Votes } from "./worker/index.ts";

/** A name with slashes in a path: as it is, and percent-encoded. */
const WAYS = ["/blog/hello", "%2Fblog%2Fhello"];

describe("a name with slashes in a path", () => {
	it("is counted, read, drawn and reset as it is, and percent-encoded", async () => {
		for (const way of WAYS) {
			expect(await json(post(`/past/increment/${way}?by=2`))).toMatchObject({
				counter: "/blog/hello",
				by: 2,
			});
			expect(await json(call(`/past/hit/${way}?format=shields`))).toMatchObject(
				{ message: "1" },
			);
		}
		for (const way of WAYS) {
			const read = `/past/counters/${way}?read=exact`;
			expect(await json(asAdmin(read))).toMatchObject({ value: 6 });
			const history = `/past/history/${way}?last=1&read=exact`;
			expect(await json(asAdmin(history))).toMatchObject({
				counter: "/blog/hello",
				points: [{ value: 6 }],
			});
			const badge = `/past/badge/${way}?format=shields`;
			expect(await json(call(badge))).toMatchObject({ label: "/blog/hello" });
		}
		for (const way of WAYS) {
			await post(`/past/increment/${way}`);
			expect(await json(asAdmin(`/past/global/reset/${way}`, "POST"))).toEqual({
				reset: "/blog/hello",
			});
			expect((await asAdmin(`/past/counters/${way}?read=exact`)).status).toBe(
				404,
			);
		}
	});

	it("is counted and reset by paths of stubs", async () => {
		const shard = Past.shardStub(env);
		for (const way of WAYS)
			expect(await json(shard.fetch(`/increment/${way}`))).toMatchObject({
				counter: "/blog/hello",
			});
		const reset = await Past.globalStub(env).fetch("/reset//blog/hello");
		expect(await json(reset)).toEqual({ reset: "/blog/hello" });
	});

	it("is the whole rest of the path, whatever that looks like", async () => {
		for (const [path, counter] of [
			["increment/increment/a", "increment/a"],
			["increment/a/", "a/"],
			["increment//", "/"],
			["increment/a%0Ab", "a\nb"],
			["increment/caf%C3%A9/%F0%9F%98%80", "café/😀"],
			["increment/100%25", "100%"],
			["increment/a%252Fb", "a%2Fb"],
		])
			expect(await json(post(`/past/${path}`))).toMatchObject({ counter });
	});

	it("is refused where `names` has no slash, with the key to change", async () => {
		for (const way of ["a/b", "a%2Fb", "a/"]) {
			const answer = await post(`/votes/increment/${way}`);
			expect(answer.status).toBe(400);
			expect(await json(answer)).toMatchObject({
				type: expect.stringContaining("invalid-counter-name"),
				detail: expect.stringMatching(
					/`names` of this namespace in counters.yaml says what may be counted, and `names: path` allows paths of URLs$/,
				),
			});
		}
		expect((await Votes.globalStub(env).exact()).counters).toEqual({});
	});

	it("leaves every other route where it is", async () => {
		for (const path of ["increment/", "counters/", "history/", "badge/"])
			expect((await call(`/past/${path}`)).status).toBe(404);
		expect((await asAdmin("/past/global/reset/", "POST")).status).toBe(404);
		expect((await asAdmin("/past/shard/0/counters/a")).status).toBe(404);
		expect((await call("/past/increment/a/b", { method: "PUT" })).status).toBe(
			405,
		);
	});
});
