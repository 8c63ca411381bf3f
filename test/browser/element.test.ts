import { describe, expect, it } from "vitest";
import { shared } from "../support/shared.ts";
import { count, named, POLL_MS, shows, startStage } from "./stage.ts";

const stage = shared(startStage);

describe("<counter-value>", () => {
	it("shows a total on a page of another origin, and what is counted later", async () => {
		await count(stage().url, "signups", 3);
		const { page, errors } = await stage().visit(
			stage().elements(named("signups")),
		);
		await shows(page, "3");
		await count(stage().url, "signups", 2);
		await page.clock.fastForward(POLL_MS);
		await shows(page, "5");
		expect(errors).toEqual([]);
	});

	it("shows 0 for what was never counted", async () => {
		const { page } = await stage().visit(stage().elements(named("never")));
		await shows(page, "0");
	});

	it("takes any name for a name, and nothing else", async () => {
		const names = [
			"__proto__",
			"constructor",
			'<img src=x onerror="document.title=1">',
			"a/b?c#d%20+&e",
			"é ü 漢字 😀",
			"a,b",
		];
		for (const [n, name] of names.entries())
			await count(stage().url, name, n + 1);
		const { page, errors } = await stage().visit(
			stage().elements(...names.map(named)),
		);
		await shows(page, "1", "2", "3", "4", "5", "6");
		expect(await page.locator("img").count()).toBe(0);
		expect(await page.title()).toBe("A site");
		expect(errors).toEqual([]);
	});

	it("shows others beside a name that nothing can have", async () => {
		await count(stage().url, "beside", 3);
		const { page, errors } = await stage().visit("");
		await page.goto(stage().site.page(stage().elements(named("beside"))));
		await shows(page, "3");
		await page.evaluate(() => {
			for (const name of ["..", "\ud800", "never"]) {
				const added = document.createElement("counter-value");
				added.setAttribute("name", name);
				document.querySelector("main")?.append(added);
			}
		});
		await shows(page, "3", "0", "", "0");
		expect(errors).toEqual([]);
	});

	it("finds another namespace by its mount, as a path or as a URL", async () => {
		const { url } = stage();
		await count(`${url}/votes`, "yes", 7);
		const mounts = ["/votes", "/votes/", `${url}/votes`, `${url}/votes/`];
		const { page } = await stage().visit(
			stage().elements(...mounts.map((mount) => `name="yes" mount="${mount}"`)),
		);
		await shows(page, "7", "7", "7", "7");
	});

	it("shows another counter once its name changes", async () => {
		await count(stage().url, "first", 1);
		await count(stage().url, "second", 2);
		const { page } = await stage().visit(stage().elements(named("first")));
		await shows(page, "1");
		const element = page.locator("counter-value");
		await element.evaluate((one) => one.setAttribute("name", "second"));
		await shows(page, "2");
		await element.evaluate((one) => one.removeAttribute("name"));
		await shows(page, "");
	});

	it("may be brought to a page twice", async () => {
		await count(stage().url, "twice");
		const again = `<script type="module" src="${stage().url}/-/counter.js?2"></script>`;
		const { page, errors } = await stage().visit(
			stage().elements(named("twice")) + again,
		);
		await shows(page, "1");
		await page.waitForLoadState("networkidle");
		expect(errors).toEqual([]);
	});

	it.each([
		["en", "1,234,567"],
		["de", "1.234.567"],
		["fr", "1\u202f234\u202f567"],
		["en_US", "12,34,567"],
		["", "12,34,567"],
	])(
		"writes a number as the page's language %s does, or the browser's",
		async (lang, text) => {
			const name = `large-${lang}`;
			await count(stage().url, name, 1_234_567);
			const options = { lang, locale: "hi" };
			const { page } = await stage().visit(
				stage().elements(named(name)),
				options,
			);
			await shows(page, text);
		},
	);

	it("writes a number as its own language does, also once that changes", async () => {
		await count(stage().url, "own", 1_234);
		const { page } = await stage().visit(
			stage().elements('name="own" lang="de"'),
		);
		await shows(page, "1.234");
		const element = page.locator("counter-value");
		await element.evaluate((one) => one.setAttribute("lang", "fr"));
		await shows(page, "1\u202f234");
	});
});
