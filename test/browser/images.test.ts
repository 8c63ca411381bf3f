import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared, type Until } from "../support/shared.ts";
import { startChromium } from "./browser.ts";
import { Site } from "./site.ts";

const CONFIG = `version: 1
worker: { name: images }
namespaces:
  hits: { mount: /, methods: [GET, POST], names: ^.+$, shardCount: 1 }
`;

/** Starts a Worker, another site that has its images, and a browser. */
async function start(until: Until) {
	const project = await Project.create({ until });
	await project.write("counters.yaml", CONFIG);
	const { url, get } = await startServe(project, [], { until });
	const site = await Site.start(until);
	const { open } = await startChromium(until);
	return {
		url,
		/** Opens a page of the site with this body. */
		async visit(body: string) {
			const opened = await open();
			await opened.page.goto(site.page(body));
			return opened;
		},
		/** Waits until so much is counted. */
		async counted(name: string, total: number) {
			const path = `/counters/${encodeURIComponent(name)}?read=exact`;
			const answer = await eventually(
				() => get(path),
				({ value = 0 }) => value >= total,
			);
			expect([name, answer.value]).toEqual([name, total]);
		},
	};
}

const stage = shared(start);

/** Sizes that the images of a page have, once all are there. */
const sizes = (page: Page) =>
	page
		.locator("main img")
		.evaluateAll((all) =>
			(all as HTMLImageElement[]).map(
				({ complete, naturalWidth, naturalHeight }) =>
					complete ? [naturalWidth, naturalHeight] : [],
			),
		);

it("a hit is counted and shown, and so is why another is not", async () => {
	const { url, visit, counted } = stage();
	const { page, errors } = await visit(
		[
			"/hit/page?label=visitors",
			"/hit/page?label=visitors%20of%20all%20pages",
			"/hit/page?color=bleu",
			"/badge/never",
			"/increment/pixel",
			"/increment/pixel?by=1.5",
		]
			.map((path) => `<img src="${url}${path}" alt="">`)
			.join(""),
	);
	const [short, long, refused, never, ...pixels] = await sizes(page);
	for (const one of [short, long, refused, never])
		expect(one).toEqual([expect.toSatisfy((px) => px > 40), 20]);
	expect(long?.[0]).toBeGreaterThan(short?.[0] ?? Infinity);
	expect(pixels).toEqual([
		[1, 1],
		[1, 1],
	]);
	expect(errors).toEqual([]);
	await counted("page", 2);
	await counted("pixel", 1);
});

it("a badge is a drawing of its own that runs nothing, whatever it is called", async () => {
	const { url, visit } = stage();
	const label = `"/><script>alert(1)</script>&\u0007<![CDATA[`;
	const { page, errors } = await visit("");
	const address = `${url}/badge/x?label=${encodeURIComponent(label)}`;
	const answer = await page.goto(address);
	expect(answer?.status()).toBe(200);
	const read = () =>
		page.evaluate(() => ({
			type: document.contentType,
			scripts: document.querySelectorAll("script, parsererror").length,
			texts: [...document.querySelectorAll("text")].map((one) => ({
				text: one.textContent,
				// Room on both sides.
				fits: one.getBBox().x >= 2,
			})),
		}));
	expect(await read()).toEqual({
		type: "image/svg+xml",
		scripts: 0,
		texts: [
			{ text: label.replace("\u0007", ""), fits: true },
			{ text: "0", fits: true },
		],
	});
	for (const wide of ["W".repeat(40), "щ ы ж ПОСЕЩЕНИЯ", "ää öö ß ñ"]) {
		await page.goto(`${url}/badge/x?label=${encodeURIComponent(wide)}`);
		const { texts } = await read();
		expect(texts[0]).toEqual({ text: wide, fits: true });
	}
	expect(errors).toEqual([]);
});

it("a link that is followed counts by its ping", async () => {
	const { url, visit, counted } = stage();
	const ping = `${url}/increment/followed?utm_source=7`;
	const { page } = await visit(
		`<a href="${url}/-/healthz" ping="${ping}">x</a>`,
	);
	await page.getByText("x", { exact: true }).click();
	await page.waitForURL(/healthz/);
	await counted("followed", 1);
});

describe("sendBeacon", () => {
	it.each<[what: string, send: (url: string) => boolean]>([
		["nothing", (url) => navigator.sendBeacon(url)],
		["text", (url) => navigator.sendBeacon(url, "left at 12:30")],
		[
			"JSON as text",
			(url) => navigator.sendBeacon(url, JSON.stringify({ page: "/", n: 7 })),
		],
		["a Blob", (url) => navigator.sendBeacon(url, new Blob(["x"]))],
		[
			"a Blob with a type",
			(url) =>
				navigator.sendBeacon(url, new Blob(["x"], { type: "text/plain" })),
		],
		[
			"bytes",
			(url) => navigator.sendBeacon(url, new Uint8Array([0xff, 0x31, 0x00])),
		],
		[
			"URLSearchParams",
			(url) => navigator.sendBeacon(url, new URLSearchParams({ n: "7" })),
		],
		[
			"FormData",
			(url) => {
				const form = new FormData();
				form.set("n", "7");
				form.set("file", new Blob(["x"]), "x.txt");
				return navigator.sendBeacon(url, form);
			},
		],
	])("of %s counts 1, and with a key once", async (what, send) => {
		const { url, visit, counted } = stage();
		const { page } = await visit("");
		const beacon = `${url}/increment/${encodeURIComponent(what)}`;
		const answered = page.waitForResponse(`${beacon}*`);
		expect(await page.evaluate(send, beacon)).toBe(true);
		expect((await answered).status()).toBe(200);
		await counted(what, 1);
		for (let n = 0; n < 2; n++) {
			const again = page.waitForResponse(`${beacon}*`);
			await page.evaluate(send, `${beacon}?key=${encodeURIComponent(what)}`);
			expect((await again).status()).toBe(200);
		}
		await counted(what, 2);
	});
});
