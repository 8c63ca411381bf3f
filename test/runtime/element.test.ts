import { expect, it } from "vitest";
import { counterWorker } from "../../templates/runtime/worker.ts";
import { call } from "./support.ts";
import { Manual, Past } from "./worker/index.ts";

async function gzipped(text: string): Promise<number> {
	const { body } = new Response(text);
	const stream = body?.pipeThrough(new CompressionStream("gzip"));
	return (await new Response(stream).arrayBuffer()).byteLength;
}

it("anyone may load the element, and keep it for a while", async () => {
	const answer = await call("/-/counter.js", {
		headers: { Origin: "https://unlisted.example" },
	});
	expect(answer.status).toBe(200);
	expect(Object.fromEntries(answer.headers)).toEqual({
		"access-control-allow-origin": "*",
		"cache-control": "public, max-age=3600",
		"content-type": "text/javascript; charset=utf-8",
		etag: expect.stringMatching(/^"[A-Za-z0-9+/]{43}="$/),
		"x-content-type-options": "nosniff",
	});
	expect(await answer.text()).toContain("counter-value");
});

it("what is in a cache already is not sent again", async () => {
	const etag = (await call("/-/counter.js")).headers.get("ETag") ?? "";
	const ask = (tags: string) =>
		call("/-/counter.js", { headers: { "If-None-Match": tags } });
	for (const tags of [etag, `W/${etag}`, `"other", ${etag}`]) {
		const answer = await ask(tags);
		expect([tags, answer.status]).toEqual([tags, 304]);
		expect(answer.headers.get("ETag")).toBe(etag);
		expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
		expect(await answer.text()).toBe("");
	}
	expect((await ask('"other"')).status).toBe(200);
});

it("HEAD answers the same without the text", async () => {
	const head = await call("/-/counter.js", { method: "HEAD" });
	const get = await call("/-/counter.js");
	expect(head.status).toBe(200);
	expect([...head.headers]).toEqual([...get.headers]);
	expect(await head.text()).toBe("");
});

it("other methods are refused", async () => {
	const answer = await call("/-/counter.js", { method: "POST" });
	expect(answer.status).toBe(405);
	expect(answer.headers.get("Allow")).toBe("GET");
});

it("the element has 3 KiB at the most, gzipped", async () => {
	const text = await (await call("/-/counter.js")).text();
	expect(await gzipped(text)).toBeLessThanOrEqual(3 * 1024);
});

it("knows of sockets only where a namespace is live", async () => {
	const live = await (await call("/-/counter.js")).text();
	expect(live).toContain("new WebSocket");
	const worker = counterWorker({ mounts: { "/": Manual, "/past": Past } });
	const text = await (await worker.request("/-/counter.js")).text();
	expect(text).toContain("counter-value");
	expect(text).not.toContain("WebSocket");
});
