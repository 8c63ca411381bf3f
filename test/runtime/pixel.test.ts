import { describe, expect, it } from "vitest";
import { asAdmin, call, json, post } from "./support.ts";

/** Accept headers of an `<img>`, by browser, and of proxies that fetch images. */
const IMAGE = {
	Chromium: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
	Firefox:
		"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
	"an older Firefox": "image/avif,image/webp,*/*",
	Safari:
		"image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
	camo: "image/*",
} as const;

/** Accept headers of whatever asks for no image. */
const OTHER = {
	"a page":
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
	"fetch and curl": "*/*",
	"a client of JSON": "application/json, image/*;q=0.5",
	"who would rather have anything else": "image/*;q=0.1, */*",
	"who takes no image": "image/*;q=0, */*",
	nonsense: ";q=x,,image/",
	"a broken number": "image/*;q=x",
} as const;

const ask = (path: string, accept: string, headers = {}) =>
	call(path, { headers: { Accept: accept, ...headers } });

/** Expects an answer to be a GIF of one pixel. */
async function expectPixel(answer: Response, status = 200) {
	expect(Object.fromEntries(answer.headers)).toMatchObject({
		"content-type": "image/gif",
		"cache-control": "no-store",
		"x-content-type-options": "nosniff",
	});
	const bytes = new Uint8Array(await answer.arrayBuffer());
	expect(new TextDecoder().decode(bytes.slice(0, 6))).toBe("GIF89a");
	expect([...bytes.slice(6, 10)]).toEqual([1, 0, 1, 0]);
	expect(bytes.at(-1)).toBe(0x3b);
	expect(answer.status).toBe(status);
}

describe("a GET that counts", () => {
	it.each(Object.entries(IMAGE))("answers %s a pixel", async (_, accept) => {
		await expectPixel(await ask("/manual/increment/pixel", accept));
		await expectPixel(await ask("/manual/increments?pixel=1", accept));
	});

	it.each(Object.entries(OTHER))("answers %s JSON", async (_, accept) => {
		const answer = await ask("/manual/increment/json", accept);
		expect(answer.headers.get("Content-Type")).toBe("application/json");
		expect(await answer.json()).toMatchObject({ counter: "json", by: 1 });
	});

	it("answers the image proxy of a mail host a pixel, whatever it accepts", async () => {
		const agent =
			"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
		const answer = await ask("/manual/increment/mail", "*/*", {
			"User-Agent": agent,
		});
		await expectPixel(answer);
	});

	it("counts once for each pixel, and by what the address says", async () => {
		await ask("/manual/increment/by", IMAGE.Chromium);
		await ask("/manual/increment/by?by=4&fbclid=9&utm_id=3", IMAGE.Chromium);
		const exact = asAdmin("/manual/counters/by?read=exact");
		expect(await json(exact)).toMatchObject({ value: 5 });
	});

	it("refuses with a pixel, too, and the status says so", async () => {
		const { Chromium } = IMAGE;
		await expectPixel(await ask("/increment/a%20b", Chromium), 400);
		await expectPixel(await ask("/manual/increment/x?by=1.5", Chromium), 400);
		const early = { "Sec-Purpose": "prefetch" };
		await expectPixel(await ask("/manual/increment/x", Chromium, early), 403);
		const read = await asAdmin("/manual/counters/x?read=exact");
		expect(read.status).toBe(404);
	});

	it("answers a POST JSON, whatever it accepts", async () => {
		const answer = await call("/manual/increment/x", {
			method: "POST",
			headers: { Accept: "image/*" },
		});
		expect(answer.headers.get("Content-Type")).toBe("application/json");
	});
});

describe("an idempotency key in the query", () => {
	const total = async (name: string) =>
		(
			await json<{ value?: number }>(
				asAdmin(`/manual/counters/${name}?read=exact`),
			)
		).value;

	it("counts once, by a beacon, by an image and in several counters", async () => {
		for (let n = 0; n < 2; n++) {
			await post("/manual/increment/q1?key=once");
			await ask("/manual/increment/q2?key=twice", IMAGE.Safari);
			await post("/manual/increments?key=thrice", { q3: 3, key: 7 });
			await call("/manual/increments?key=four%20times&q4=4");
		}
		expect(
			await Promise.all(["q1", "q2", "q3", "q4", "key"].map(total)),
		).toEqual([1, 1, 3, 4, 7]);
	});

	it("is the same key as in the header", async () => {
		const header = { "Idempotency-Key": "either way" };
		await call("/manual/increment/q5", { method: "POST", headers: header });
		const answer = await post("/manual/increment/q5?key=either%20way");
		expect(answer.headers.get("Idempotent-Replayed")).toBe("true");
		expect(await total("q5")).toBe(1);
	});

	it.each([
		["beside one in the header", "key=b", { "Idempotency-Key": "a" }],
		["beside the same in the header", "key=a", { "Idempotency-Key": "a" }],
		["twice", "key=a&key=b", {}],
		["that is empty", "key=", {}],
		["that is too long", `key=${"k".repeat(256)}`, {}],
		["that no header could hold", "key=%E2%82%AC", {}],
	])("%s is refused", async (_, query, headers) => {
		const init = { method: "POST", headers };
		const answer = await call(`/manual/increment/q6?${query}`, init);
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-idempotency-key",
		});
		expect(await total("q6")).toBeUndefined();
	});

	it("is refused where keys are off", async () => {
		expect(await json(post("/votes/increment/yes?key=a"))).toMatchObject({
			type: "urn:problem-type:counter-gen:idempotency-off",
		});
	});
});
