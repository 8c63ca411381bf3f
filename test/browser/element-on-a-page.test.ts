import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { shared } from "../support/shared.ts";
import { violations } from "./axe.ts";
import { setHidden } from "./browser.ts";
import { startMortal } from "./mortal.ts";
import { Site } from "./site.ts";
import { count, named, POLL_MS, shows, startStage } from "./stage.ts";

const stage = shared(startStage);

/** The names that a page asks totals for from now on, by request. */
function readsOf(page: Page): string[][] {
	const reads: string[][] = [];
	page.on("request", (request) => {
		const { pathname, searchParams } = new URL(request.url());
		if (pathname.endsWith("/counters"))
			reads.push((searchParams.get("counters") ?? "").split(","));
	});
	return reads;
}

/** The text of an element as a visitor sees it. */
function seen(page: Page): Promise<string> {
	return page.locator("counter-value").innerText();
}

describe("under a strict policy", () => {
	const policy = (connect: string) => ({
		"Content-Security-Policy": `default-src 'none'; script-src ${stage().url}; connect-src ${connect}; img-src data:; require-trusted-types-for 'script'`,
	});

	it("it needs its script and its totals, and nothing else", async () => {
		const { url, elements, visit } = stage();
		await count(url, "strict");
		const headers = policy(url);
		const { page, errors, complaints } = await visit(
			elements(named("strict")),
			{ headers },
		);
		await shows(page, "1");
		const display = await page
			.locator("counter-value")
			.evaluate((one) => getComputedStyle(one).display);
		expect(display).toBe("inline-grid");
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("it stays as it is written where it may not read", async () => {
		const { elements, visit } = stage();
		const headers = policy("'none'");
		const { page, errors, complaints } = await visit(
			`${elements()}<counter-value name="strict">some</counter-value>`,
			{ headers },
		);
		await expect.poll(() => complaints.join()).toContain("connect-src");
		expect(await seen(page)).toBe("some");
		expect(errors).toEqual([]);
	});
});

it("stays as it is written on a site that `cors` does not list", async () => {
	const { elements, visit } = stage();
	const unlisted = await Site.start(onTestFinished);
	const { page, errors, complaints } = await visit("");
	await page.goto(
		unlisted.page(
			`${elements()}<counter-value name="strict">some</counter-value>`,
		),
	);
	await expect.poll(() => complaints.join()).toContain("CORS policy");
	expect(await seen(page)).toBe("some");
	expect(errors).toEqual([]);
});

it("keeps the last total while the server is away, and goes on when it is back", async () => {
	const { elements, visit } = stage();
	const { url, kill, start } = await startMortal(stage().project);
	await count(url, "kept", 5);
	const { page, errors } = await visit(elements(`name="kept" mount="${url}"`));
	await shows(page, "5");

	await kill();
	const failed = page.waitForEvent("requestfailed");
	await page.clock.fastForward(POLL_MS);
	await failed;
	await shows(page, "5");

	await start();
	await count(url, "kept", 1);
	await page.clock.fastForward(POLL_MS);
	await shows(page, "6");
	expect(errors).toEqual([]);
});

it("reads nothing while it is off the screen", async () => {
	const { url, elements, visit } = stage();
	await count(url, "below", 4);
	const { page } = await visit("");
	const reads = readsOf(page);
	await page.setContent(
		`<div style="height: 300vh"></div>${elements(named("below"))}`,
	);
	await page.waitForLoadState("networkidle");
	await page.clock.fastForward(POLL_MS);
	expect(reads).toEqual([]);
	await page.locator("counter-value").scrollIntoViewIfNeeded();
	await shows(page, "4");
	await page.evaluate(() => scrollTo(0, 0));
	await page.locator("counter-value").evaluate(
		(one) =>
			new Promise<void>((resolve) => {
				// Is told after the element's own observer, in the same frame.
				new IntersectionObserver(([entry]) => {
					if (!entry?.isIntersecting) resolve();
				}).observe(one);
			}),
	);
	const { length } = reads;
	await page.clock.fastForward(POLL_MS);
	await page.waitForLoadState("networkidle");
	expect(reads).toHaveLength(length);
});

it("reads nothing while the page is hidden, and at once when it shows again", async () => {
	const { url, elements, visit } = stage();
	await count(url, "hidden", 1);
	const { page } = await visit("");
	const reads = readsOf(page);
	await page.goto(stage().site.page(elements(named("hidden"))));
	await shows(page, "1");
	await setHidden(page, true);
	const { length } = reads;
	await count(url, "hidden", 1);
	await page.clock.fastForward(10 * POLL_MS);
	await page.waitForLoadState("networkidle");
	expect(reads).toHaveLength(length);
	await setHidden(page, false);
	await shows(page, "2");
});

it("does not go back where a location has an older copy", async () => {
	const { url, site, elements, visit } = stage();
	await count(url, "older", 5);
	const { page } = await visit("");
	let isOld = false;
	// Stands for another location's copy of KV.
	await page.route(/counters\?/, async (route) => {
		const response = await route.fetch();
		if (!isOld) return route.fulfill({ response });
		const headers = {
			...response.headers(),
			"counter-as-of": "2020-01-01T00:00:00.000Z",
		};
		return route.fulfill({ response, headers, json: { older: 3, first: 1 } });
	});
	await page.goto(site.page(elements(named("older"), 'id="late"')));
	await shows(page, "5", "");
	isOld = true;
	const again = page.waitForResponse(/counters\?/);
	await page.clock.fastForward(POLL_MS);
	await (await again).finished();
	await page.evaluate(() =>
		document.querySelector("#late")?.setAttribute("name", "first"),
	);
	await shows(page, "5", "1");
});

it("asks once for all that a page shows, and for nothing that is gone", async () => {
	const { url, elements, visit } = stage();
	await count(url, "shared", 9);
	const { page } = await visit("");
	const reads = readsOf(page);
	const three = elements(named("shared"), named("shared"), named("other"));
	await page.goto(stage().site.page(three));
	await shows(page, "9", "9", "0");
	// Each time, if this took longer than the time between two reads.
	for (const names of reads)
		expect(names.toSorted()).toEqual(["other", "shared"]);
	await page.evaluate(() => {
		for (const one of document.querySelectorAll("counter-value")) one.remove();
	});
	const { length } = reads;
	await page.clock.fastForward(POLL_MS);
	await page.waitForLoadState("networkidle");
	expect(reads).toHaveLength(length);
});

/** Adds up how far things on a page move that nobody moved: 0 where all stay. */
async function shiftOf(page: Page): Promise<number> {
	return page.evaluate(
		() =>
			new Promise<number>((resolve) => {
				let sum = 0;
				new PerformanceObserver((list) => {
					for (const entry of list.getEntries())
						sum += (entry as PerformanceEntry & { value: number }).value;
				}).observe({ type: "layout-shift", buffered: true });
				requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
			}),
	);
}

describe("moves nothing on the page", () => {
	/** A sentence with a number, and a column of numbers. */
	const around = (element: string) =>
		`<p>We have ${element} people who signed up already.</p><div>${element}</div><p>Below</p>`;
	const script = () =>
		`<script type="module" src="${stage().url}/-/counter.js"></script>`;

	it.each([
		["with a number between the tags", "1,234,567", 1_234_567],
		["with a longer one between the tags", "9,999,999", 1],
		["from the script on, with nothing between the tags", "", 12_345],
	])("%s", async (_, between, by) => {
		const { url, visit, site } = stage();
		const name = `moved-${by}`;
		await count(url, name, by);
		const { page } = await visit("");
		let answerNow = () => {};
		const held = new Promise<void>((resolve) => {
			answerNow = resolve;
		});
		// Totals, and the script if there is text for its place, come after a paint.
		const late = between ? /counter/ : /counters\?/;
		await page.route(late, async (route) => {
			await held;
			await route.continue();
		});
		const element = `<counter-value ${named(name)}>${between}</counter-value>`;
		await page.goto(site.page(around(element) + script()), {
			waitUntil: "commit",
		});
		await page.locator("text=Below").waitFor();
		if (!between)
			await page.evaluate(async () => {
				await customElements.whenDefined("counter-value");
			});
		const before = await shiftOf(page);
		answerNow();
		const text = by.toLocaleString("en");
		await shows(page, text, text);
		expect(await shiftOf(page)).toBe(before);
	});

	it("as this test would see", async () => {
		const { page } = await stage().visit(around("<b></b>"));
		await shiftOf(page);
		await page.evaluate(() => {
			for (const one of document.querySelectorAll("b"))
				one.textContent = "12,345";
		});
		expect(await shiftOf(page)).toBeGreaterThan(0);
	});
});

it("gives way to the page's own styles", async () => {
	const { url, elements, visit } = stage();
	await count(url, "styled");
	const { page } = await visit(
		`<style>counter-value { display: block; text-align: start; min-inline-size: 0 }</style>${elements(named("styled"), "hidden")}`,
	);
	await shows(page, "1", "");
	const element = page.locator("counter-value");
	const display = (n: number) =>
		element.nth(n).evaluate((one) => getComputedStyle(one).display);
	expect(await display(0)).toBe("block");
});

/** The texts of a page as its browser gives them to a screen reader. */
async function spoken(page: Page): Promise<string[]> {
	const devtools = await page.context().newCDPSession(page);
	const { nodes } = await devtools.send("Accessibility.getFullAXTree");
	return nodes
		.filter(({ ignored, role }) => !ignored && role?.value === "StaticText")
		.map(({ name }) => name?.value);
}

it("says nothing by itself to a screen reader, which reads it as text", async () => {
	const { url, elements, visit } = stage();
	await count(url, "read aloud", 12);
	const { page } = await visit(
		`${elements()}<p>We have <counter-value ${named("read aloud")}>some</counter-value> visitors.</p>`,
	);
	await shows(page, "12");
	expect(await spoken(page)).toEqual([
		"A site",
		"We have ",
		"12",
		" visitors.",
	]);
	expect(await violations(page)).toEqual([]);
});
