import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { withinOneHour } from "../runtime/one-hour.ts";
import { shared } from "../support/shared.ts";
import {
	cells,
	noticed,
	panel,
	row,
	startDashboard,
} from "./dashboard-stage.ts";

const stage = shared(startDashboard);

/** Follows the link that `serve` printed, to a namespace. */
async function watch(namespace = "", options = {}) {
	const opened = await stage().open(options);
	await opened.page.goto(stage().link());
	await panel(opened.page, "Counters").waitFor();
	if (namespace) {
		const link = opened.page.getByRole("link", { name: namespace });
		await link.click();
		// Otherwise what it waits for next may be of the namespace before.
		await link.and(opened.page.locator("[aria-current=page]")).waitFor();
	}
	await opened.page
		.getByText(namespace === "pushed" ? "Live" : "Every 2 seconds", {
			exact: true,
		})
		.waitFor();
	return opened;
}

/** The large number of a stage of the way. */
function stageOf(page: Page, name: string) {
	return panel(page, "The way of a count")
		.locator("section", { has: page.getByRole("heading", { name }) })
		.locator(".big");
}

describe("the link that serve prints", () => {
	it("opens the page, and leaves no token in the address", async () => {
		const { page, errors, complaints } = await watch();
		expect(page.url()).toBe(`${stage().url}/-/`);
		expect(await page.evaluate(() => history.length)).toBeLessThanOrEqual(2);
		await page.reload();
		await page.getByText("Every 2 seconds").waitFor();
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("is where / leads a browser, but for the token", async () => {
		const { page } = await stage().open();
		await page.goto(stage().url);
		expect(page.url()).toBe(`${stage().url}/-/`);
		await page.getByLabel("Admin token").waitFor();
	});
});

describe("counting while somebody watches", () => {
	it("a click on +1 goes from a shard to the global object and to KV", async () => {
		const { page, errors, complaints } = await watch();
		await page.evaluate(() => {
			const kinds = new Set<string>();
			Object.assign(window, { kinds });
			new MutationObserver((changes) => {
				for (const { addedNodes } of changes)
					for (const node of addedNodes)
						if (node instanceof Element) kinds.add(node.className);
			}).observe(document.body, { childList: true, subtree: true });
		});
		await page.getByLabel("Counter", { exact: true }).fill("clicked");
		await noticed(page, /^clicked \+1: on the disk of shard[01]$/, () =>
			page.getByRole("button", { name: "+1", exact: true }).click(),
		);
		await expect.poll(() => cells(page, "clicked")).toEqual(["1", "1", "+1"]);
		const seen = () =>
			page.evaluate(() => [
				...(window as never as { kinds: Set<string> }).kinds,
			]);
		await expect
			.poll(seen)
			.toEqual(
				expect.arrayContaining([
					"dot is-count",
					"dot is-batch",
					"dot is-totals",
				]),
			);
		const writes = panel(page, "Last writes");
		await expect.poll(() => writes.textContent()).toContain("clicked +1");
		await expect.poll(() => writes.textContent()).toContain("global → KV");
		await page
			.getByRole("img", { name: /^All counters: \+\d+ since/ })
			.waitFor();
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("what others count shows, too, and a counter's own chart", async () => {
		await stage().count("/increment/others?by=5");
		await stage().settled();
		const { page } = await watch();
		await expect.poll(() => cells(page, "others")).toEqual(["5", "5", "0"]);
		await stage().count("/increment/others?by=37");
		await expect.poll(() => cells(page, "others")).toEqual(["42", "42", "+37"]);
		await page.getByRole("button", { name: "others", exact: true }).click();
		await page.getByRole("img", { name: "others: +37 since" }).waitFor();
		await page.getByRole("button", { name: "Show all counters" }).click();
		await page.getByRole("img", { name: /^All counters: \+/ }).waitFor();
	});

	it("what was counted of a counter in each day and hour shows where it is kept", async () => {
		await stage().count("/pushed/increment/past?by=12");
		const { page, errors, complaints } = await watch("pushed");
		const button = (heading: string, name: string) =>
			panel(page, heading).getByRole("button", { name, exact: true });
		await button("Counters", "past").click();
		await page.getByRole("img", { name: "past: 12 in 30 days" }).waitFor();
		await button("past by day", "hour").click();
		await page.getByRole("img", { name: "past: 12 in 48 hours" }).waitFor();
		await stage().count("/pushed/increment/past");
		await page.getByRole("img", { name: "past: 13 in 48 hours" }).waitFor();
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("draws how much of its limit the counter has used", async () => {
		await stage().count("/seats/increment/stalls?by=30");
		const { page, errors, complaints } = await watch("seats");
		const limit = panel(page, "Limit of stalls");
		await limit.getByText("10 left, 30 used").waitFor();
		await limit.getByText("at most 40").waitFor();
		const used = limit.getByRole("meter", { name: "Used" });
		expect(await used.getAttribute("aria-valuetext")).toBe("30 of 40");
		await stage().count("/seats/increment/stalls?by=10");
		await limit.getByText("0 left, 40 used").waitFor();
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("what was counted most today and in this hour shows there, and opens its chart", async () => {
		await withinOneHour("UTC");
		await stage().count("/pushed/increments", { most: 700, more: 600 });
		const { page, errors, complaints } = await watch("pushed");
		const top = (heading: string) =>
			panel(page, heading).getByRole("listitem").allTextContents();
		const first = async (heading: string) => (await top(heading)).slice(0, 2);
		await expect
			.poll(() => first("Most counted today"))
			.toEqual(["most700", "more600"]);
		const today = panel(page, "Most counted today");
		await today.getByRole("button", { name: "hour", exact: true }).click();
		await expect
			.poll(() => first("Most counted this hour"))
			.toEqual(["most700", "more600"]);
		const hour = panel(page, "Most counted this hour");
		await hour.getByRole("button", { name: "more", exact: true }).click();
		await page.getByRole("img", { name: "more: 600 in 30 days" }).waitFor();
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("the highest totals show where they are published, beside what was counted most", async () => {
		await stage().count("/highest/increments", { one: 5, two: 7, three: 6 });
		const { page, errors, complaints } = await watch("highest");
		const list = panel(page, "Highest totals").getByRole("listitem");
		await expect.poll(() => list.allTextContents()).toEqual(["two7", "three6"]);
		await page.getByRole("link", { name: "pushed" }).click();
		const today = panel(page, "Most counted today");
		await today.getByRole("button", { name: "total", exact: true }).click();
		await panel(page, "Highest totals").waitFor();
		await today.waitFor({ state: "hidden" });
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("a counter's past and the top list follow its total, and wait for nothing", async () => {
		await withinOneHour("UTC");
		await stage().count("/pushed/increment/followed?by=5000");
		const opened = await stage().open();
		const { page } = opened;
		// Polls that wait for some seconds never come here.
		await page.addInitScript(() => {
			const { setTimeout } = window;
			Object.assign(window, {
				setTimeout: (handler: () => void, ms = 0) =>
					ms > 3_000 ? 0 : setTimeout(handler, ms),
			});
		});
		await page.goto(stage().link());
		await page.getByRole("link", { name: "pushed" }).click();
		const today = panel(page, "Most counted today");
		await today.getByRole("button", { name: "followed", exact: true }).click();
		const shows = async (total: string) => {
			await page
				.getByRole("img", { name: `followed: ${total} in 30 days` })
				.waitFor();
			await expect
				.poll(() => today.textContent())
				.toContain(`followed${total}`);
		};
		await shows("5,000");
		for (const total of ["5,001", "5,002", "5,003"]) {
			await stage().count("/pushed/increment/followed");
			await shows(total);
		}
	});

	it("follows /live where the namespace has it, and asks for no totals", async () => {
		const { page, errors, complaints } = await watch("pushed");
		const asked: string[] = [];
		page.on("request", (request) => asked.push(request.url()));
		const times = (path: string) =>
			asked.filter((url) => url.endsWith(path)).length;
		await stage().count("/pushed/increment/seen?by=7");
		await expect.poll(() => cells(page, "seen")).toEqual(["7", "7", "+7"]);
		await expect
			.poll(() => times("/-/namespaces/PUSHED_DO"))
			.toBeGreaterThan(4);
		// The first update is one of a reset: it asks once.
		expect(times("/global/counters")).toBeLessThan(2);
		await page.getByRole("button", { name: "Reset seen" }).click();
		await page.getByRole("dialog").getByRole("textbox").fill("seen");
		await page.keyboard.press("Enter");
		await row(page, "seen").waitFor({ state: "hidden" });
		await stage().count("/pushed/increment/seen");
		await expect.poll(() => cells(page, "seen")).toEqual(["1", "1", "+1"]);
		expect([...errors, ...complaints]).toEqual([]);
	});

	it("a namespace keeps its rise while another is shown", async () => {
		const { page } = await watch("votes");
		await page.getByRole("button", { name: "+1", exact: true }).click();
		await expect.poll(() => cells(page, "agree")).toEqual(["1", "1", "+1"]);
		await page.getByRole("link", { name: "metrics" }).click();
		await page.getByRole("link", { name: "votes" }).click();
		await expect.poll(() => cells(page, "agree")).toEqual(["1", "1", "+1"]);
	});

	it("nothing moves for who wants no motion", async () => {
		const { page } = await watch("", { reducedMotion: "reduce" });
		await page.evaluate(() => {
			Object.assign(window, { dots: 0 });
			const counted = window as never as { dots: number };
			new MutationObserver(() => {
				counted.dots += document.querySelectorAll(".dot").length;
			}).observe(document.body, { childList: true, subtree: true });
		});
		await page.getByLabel("Counter", { exact: true }).fill("still");
		await page.getByRole("button", { name: "+1", exact: true }).click();
		await expect.poll(() => cells(page, "still")).toEqual(["1", "1", "+1"]);
		expect(
			await page.evaluate(() => (window as never as { dots: number }).dots),
		).toBe(0);
	});

	it("a refusal is shown with its reason", async () => {
		const { page } = await watch("votes");
		await page.getByLabel("Counter", { exact: true }).fill("perhaps");
		await noticed(page, '"perhaps" is none of agree, disagree', () =>
			page.getByRole("button", { name: "+1", exact: true }).click(),
		);
		// Isolates gather refusals for ten seconds.
		await expect
			.poll(() => panel(page, "Refused").textContent())
			.toContain("invalid-counter-name");
	});
});

/** Flushes a namespace, as somebody who types its name. */
async function flush(page: Page, namespace: string): Promise<void> {
	await page.getByRole("button", { name: "Flush" }).click();
	await page.getByRole("dialog").getByRole("textbox").fill(namespace);
	await page.keyboard.press("Enter");
}

it("shows what each shard holds, and flushes it once the namespace's name was typed", async () => {
	const { page } = await watch("held");
	for (let n = 0; n < 20; n++) await stage().count("/held/increment/kept");
	const way = panel(page, "The way of a count");
	await way.getByText("5 more shards").waitFor();
	const meters = way.getByRole("meter", { name: /holds$/ });
	const held = async () => {
		const values = await meters.evaluateAll((all) =>
			all.map((one) => (one as HTMLMeterElement).value),
		);
		return values.reduce((a, b) => a + b, 0);
	};
	await expect.poll(held).toBe(20);
	await way.getByText("All 12 shards").click();
	await expect.poll(held).toBe(20 + 20);
	await page.getByRole("button", { name: "Flush" }).click();
	const dialog = page.getByRole("dialog", {
		name: /^Flush \d+ shards? of held\?$/,
	});
	const confirm = dialog.getByRole("button", { name: "Flush" });
	await dialog.getByRole("textbox").fill("metrics");
	await page.keyboard.press("Enter");
	expect(await confirm.isDisabled()).toBe(true);
	await page.keyboard.press("Escape");
	await dialog.waitFor({ state: "hidden" });
	expect(await held()).toBe(20 + 20);
	await noticed(page, /^Flushed \d+ shards?$/, () => flush(page, "held"));
	await expect.poll(held).toBe(0);
	await expect.poll(() => cells(page, "kept")).toEqual(["20", "20", "+20"]);
});

it("10,000 counters: 25 on a page, found, sorted", async () => {
	const names = Array.from({ length: 9_998 }, (_, n) => `many-${n}`);
	await stage().count(
		"/held/increments",
		Object.fromEntries(names.map((name) => [name, 1])),
	);
	await stage().count("/held/increment/the-most?by=1000");
	const { page, errors } = await watch("held");
	await flush(page, "held");
	const counters = panel(page, "Counters");
	const rows = counters.getByRole("row");
	const firstName = () => counters.getByRole("rowheader").first().textContent();
	await counters.getByText(/^1 to 25 of (9,999|10,000) counters$/).waitFor();
	expect(await rows.count()).toBe(26);
	await expect.poll(firstName).toBe("the-most");

	await counters.getByRole("button", { name: "Next" }).click();
	await counters.getByText(/^26 to 50 of/).waitFor();
	await counters.getByRole("button", { name: "Counter" }).click();
	await expect.poll(firstName).not.toBe("the-most");
	await counters.getByRole("button", { name: "Total" }).click();
	await expect.poll(firstName).toBe("the-most");
	expect(await counters.locator("th[aria-sort=descending]").textContent()).toBe(
		"Total",
	);

	await counters.getByLabel("Search counters").fill("MANY-777");
	await counters.getByText("11 counters").waitFor();
	await counters.getByLabel("Search counters").fill("no such name");
	await counters
		.getByText(/^No counter of (9,999|10,000) has that in its name$/)
		.waitFor();
	expect(errors).toEqual([]);
});

it("takes any name for a name, and nothing else", async () => {
	const names = [
		"__proto__",
		"constructor",
		"<img src=x onerror=\"document.title='run'\">",
		"a/b?c#d%20,+&e",
		"\u202etxet",
		`long ${"x".repeat(240)}`,
	];
	for (const name of names)
		await stage().count(`/increment/${encodeURIComponent(name)}`);
	await stage().settled();
	const { page, errors, complaints } = await watch();
	for (const name of names) {
		await expect.poll(() => cells(page, name)).toEqual(["1", "1", "0"]);
		await page
			.getByRole("button", { name: `Count +1 on ${name}`, exact: true })
			.click();
		await expect.poll(() => cells(page, name)).toEqual(["2", "2", "+1"]);
		await page.getByRole("button", { name, exact: true }).click();
		await page.getByRole("img", { name: `${name}: +1 since` }).waitFor();
	}
	expect(await page.locator("main img").count()).toBe(0);
	expect(await page.title()).toBe("metrics · Counters");
	expect([...errors, ...complaints]).toEqual([]);
});

describe("a reset", () => {
	it("asks for the counter's name", async () => {
		const evil = "<b>__proto__</b>";
		await stage().count(`/increment/${encodeURIComponent(evil)}`);
		await stage().settled();
		const { page } = await watch();
		await expect.poll(() => cells(page, evil)).toEqual(["1", "1", "0"]);
		await page.getByRole("button", { name: `Reset ${evil}` }).click();
		const dialog = page.getByRole("dialog", { name: `Reset ${evil}?` });
		const confirm = dialog.getByRole("button", { name: "Reset" });
		expect(await confirm.isDisabled()).toBe(true);
		await dialog.getByRole("textbox").fill("<b>__proto__</b");
		expect(await confirm.isDisabled()).toBe(true);
		await page.keyboard.press("Enter");
		expect(await cells(page, evil)).toEqual(["1", "1", "0"]);
		await page.keyboard.press("Escape");
		await dialog.waitFor({ state: "hidden" });

		await page.getByRole("button", { name: `Reset ${evil}` }).click();
		await dialog.getByRole("textbox").fill(evil);
		await noticed(page, `${evil} is reset`, () => page.keyboard.press("Enter"));
		await row(page, evil).waitFor({ state: "hidden" });
	});

	it("of all asks for the namespace's", async () => {
		await stage().count("/votes/increment/disagree");
		const { page } = await watch("votes");
		await row(page, "disagree").waitFor();
		await page.getByRole("button", { name: "Reset all…" }).click();
		await page.getByRole("dialog").getByRole("textbox").fill("votes");
		await noticed(page, "All counters are reset", () =>
			page.getByRole("dialog").getByRole("button", { name: "Reset" }).click(),
		);
		await page.getByText("No counter of votes has a total yet").waitFor();
		await expect.poll(() => stageOf(page, "KV").textContent()).toBe("0");
	});
});

/** Hides a page as another tab in front of it would, or shows it again. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
	await page.evaluate((hidden) => {
		Object.defineProperty(document, "visibilityState", {
			configurable: true,
			value: hidden ? "hidden" : "visible",
		});
		document.dispatchEvent(new Event("visibilitychange"));
	}, isHidden);
}

it("asks nothing while its tab is hidden, and at once when it shows again", async () => {
	const { page } = await watch();
	await setHidden(page, true);
	await page.getByText("Paused while nobody looks").waitFor();
	let asked = 0;
	page.on("request", () => asked++);
	await stage().count("/increment/unseen");
	await page.waitForTimeout(5_000);
	expect(asked).toBe(0);
	await setHidden(page, false);
	await expect.poll(() => cells(page, "unseen")).toEqual(["1", "1", "+1"]);
});

it("has no +1 on another host, nor takes a token from its address", async () => {
	const { page } = await stage().open();
	await page.route("http://counters.example/**", async (route) => {
		const { pathname, search } = new URL(route.request().url());
		const response = await route.fetch({
			url: stage().url + pathname + search,
		});
		await route.fulfill({ response });
	});
	const [, token = ""] = stage().link().split("#token=");
	await page.goto(`http://counters.example/-/#token=${token}`);
	const input = page.getByLabel("Admin token");
	await input.fill(token);
	expect(page.url()).toBe("http://counters.example/-/");
	await page.keyboard.press("Enter");
	await panel(page, "Counters").waitFor();
	expect(await page.getByRole("button", { name: /\+1/ }).count()).toBe(0);
	await page.unrouteAll({ behavior: "ignoreErrors" });
});
