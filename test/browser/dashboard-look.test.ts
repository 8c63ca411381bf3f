import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { withinOneHour } from "../runtime/one-hour.ts";
import { shared } from "../support/shared.ts";
import {
	complaintsOfAxe,
	noticed,
	panel,
	row,
	startDashboard,
} from "./dashboard-stage.ts";

const stage = shared(startDashboard);

/** Opens a namespace with a past. */
async function openPast(options: object): Promise<Page> {
	const names = [
		"home",
		"about",
		"a.name.without.any.place.to.break.it.at.all",
	];
	await withinOneHour("UTC");
	for (const [n, name] of names.entries())
		await stage().count(`/pushed/increment/${name}?by=${10 ** (n + 2)}`);
	const { page } = await stage().open(options);
	await page.goto(stage().link());
	await page.getByRole("link", { name: "pushed" }).click();
	const today = panel(page, "Most counted today");
	await today.getByRole("button", { name: "home", exact: true }).click();
	await page.getByRole("img", { name: /^home: \d+ in 30 days/ }).waitFor();
	return page;
}

/** Opens the page with counters that have been there for a while, and new ones. */
async function openFull(options: object): Promise<Page> {
	await stage().count("/increments", { home: 999_999, about: 42 });
	const { page } = await stage().open(options);
	await page.goto(stage().link());
	await row(page, "about").waitFor();
	await noticed(page, "about +1: on the disk", () =>
		page.getByRole("button", { name: "Count +1 on about" }).click(),
	);
	await page.getByRole("button", { name: "about", exact: true }).click();
	return page;
}

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
	it("axe finds nothing in the question for a token", async () => {
		const { page } = await stage().open({ colorScheme });
		await page.goto(`${stage().url}/-/`);
		await page.getByLabel("Admin token").fill("wrong");
		await page.keyboard.press("Enter");
		await page.getByText("This token was refused").waitFor();
		expect(await complaintsOfAxe(page)).toEqual([]);
	});

	it("axe finds nothing in an empty namespace", async () => {
		const { page } = await stage().open({ colorScheme });
		await page.goto(stage().link());
		await page.getByRole("link", { name: "held" }).click();
		await page.getByText("No counter of held has a total yet").waitFor();
		expect(await complaintsOfAxe(page)).toEqual([]);
	});

	it("axe finds nothing in one with a past", async () => {
		const page = await openPast({ colorScheme });
		expect(await complaintsOfAxe(page)).toEqual([]);
	});

	it("axe finds nothing in a full one, nor in the dialog", async () => {
		const page = await openFull({ colorScheme });
		expect(await complaintsOfAxe(page)).toEqual([]);
		await page.getByRole("button", { name: "Reset about" }).click();
		await page.getByRole("dialog").getByRole("textbox").fill("about");
		expect(await complaintsOfAxe(page)).toEqual([]);
	});
});

it("axe would find a picture without a text, and a pale one", async () => {
	const page = await openFull({});
	await page.locator("h1").evaluate((one) => {
		one.style.color = "#ccc";
		one.append(document.createElement("img"));
	});
	const found = (await complaintsOfAxe(page)).join();
	expect(found).toContain("image-alt");
	expect(found).toContain("color-contrast");
});

it("is dark where people want it dark, and follows when they change it", async () => {
	const { page } = await stage().open({ colorScheme: "dark" });
	await page.goto(stage().link());
	await panel(page, "Counters").waitFor();
	const brightness = () =>
		page.evaluate(() => {
			const { backgroundColor } = getComputedStyle(document.documentElement);
			const [red = 0, green = 0, blue = 0] =
				backgroundColor.match(/\d+/g)?.map(Number) ?? [];
			return (red + green + blue) / 3;
		});
	expect(await brightness()).toBeLessThan(64);
	await page.emulateMedia({ colorScheme: "light" });
	expect(await brightness()).toBeGreaterThan(192);
});

it.each([320, 768, 1000, 1056, 1280, 3840])(
	"at %s pixels nothing is cut off or needs scrolling sideways",
	async (width) => {
		const name =
			"a.rather.long.name.of.a.counter.without.any.place.to.break.it";
		await stage().count(`/increment/${name}`);
		const viewport = { width, height: 800 };
		const full = await openFull({ viewport });
		await row(full, name).waitFor();
		for (const page of [full, await openPast({ viewport })]) {
			const wide = await page.evaluate(() => {
				const { clientWidth } = document.documentElement;
				return [...document.querySelectorAll("body *:not(.unseen, datalist *)")]
					.filter((one) => {
						const frame = one.parentElement?.closest(".panel");
						const edge = frame?.getBoundingClientRect().right ?? clientWidth;
						return one.getBoundingClientRect().right > edge + 1;
					})
					.map((one) => `${one.tagName}.${one.className}`);
			});
			expect(wide).toEqual([]);
			expect(
				await page.evaluate(() => document.documentElement.scrollWidth),
			).toBeLessThanOrEqual(width);
			// A number that goes on in another line is read as two.
			const heights = await page
				.locator(".counters td.number")
				.evaluateAll((all) =>
					all.map((one) => {
						const range = document.createRange();
						range.selectNodeContents(one);
						return new Set([...range.getClientRects()].map(({ top }) => top))
							.size;
					}),
				);
			expect(Math.max(...heights)).toBe(1);
		}
	},
);

it("can be worked by keyboard alone", async () => {
	const page = await openFull({});
	const focused = () =>
		page.evaluate(() => {
			const { activeElement } = document;
			return (
				activeElement?.getAttribute("aria-label") ??
				activeElement?.textContent ??
				""
			);
		});
	const reached = new Set<string>();
	for (let n = 0; n < 60; n++) {
		await page.keyboard.press("Tab");
		reached.add(await focused());
	}
	for (const name of [
		"votes /votes",
		"Forget the token",
		"+1",
		"Show all counters",
		"Search counters",
		"Reset all…",
		"Total",
		"about",
		"Count +1 on about",
		"Reset about",
	])
		expect(reached).toContain(name);
});
