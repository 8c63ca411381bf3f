import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { billOf } from "../../cli/planner/bill.ts";
import { CLOUDFLARE, NO_FEATURES, NO_LOAD } from "../../cli/planner/load.ts";
import { modelOf } from "../../cli/planner/model.ts";
import { monthOf } from "../../cli/planner/usage.ts";
import { shared } from "../support/shared.ts";
import { complaintsOfAxe, panel, startDashboard } from "./dashboard-stage.ts";

const stage = shared(startDashboard);

/** Opens the page, and sees that it has no rate to tell of yet. */
async function openUnmeasured(page: Page) {
	const cost = panel(page, "At this rate");
	await Promise.all([
		// Looks from the start: some seconds later it is gone.
		cost.getByText("Measured after ten seconds.").waitFor(),
		page.goto(stage().link()),
	]);
	return cost;
}

it("a namespace that nobody counts in costs the plan, and no more", async () => {
	const { page } = await stage().open();
	const cost = await openUnmeasured(page);
	await expect
		.poll(() => cost.locator(".big").textContent())
		.toBe("$5.00 a month");
	await cost.getByText("0 requests a second since").waitFor();
});

it.each(["light", "dark"] as const)(
	"a month at the rate since it was opened is what plan says, in %s",
	async (colorScheme) => {
		const { page } = await stage().open({
			colorScheme,
			viewport: { width: 320, height: 800 },
		});
		const cost = await openUnmeasured(page);
		const until = performance.now() + 11_000;
		while (performance.now() < until)
			await Promise.all(
				Array.from({ length: 4 }, () => stage().count("/increment/seen")),
			);
		await expect.poll(() => cost.locator(".big").count()).toBe(1);
		expect(await complaintsOfAxe(page)).toEqual([]);
		// One look at both: the next one brings another rate.
		const shown = await cost.innerText();
		const [, dollars = ""] = /\$([\d,.]+) a month/.exec(shown) ?? [];
		const [, rate = ""] = /([\d,.]+) requests a second/.exec(shown) ?? [];
		const load = { ...NO_LOAD, rate: numberOf(rate), counters: 1 };
		const thresholds = {
			...NO_FEATURES,
			shardCount: 2,
			shardMinRequestToGlobal: 100,
			shardWriteToGlobalAfter: 300,
			globalMinWritesToKV: 100,
			globalWriteToKVAfter: 1_000,
			writeLog: 1_000,
			idempotencyWindow: 0,
		};
		const bill = billOf(monthOf(modelOf(thresholds, load, CLOUDFLARE)));
		expect(bill.dollars).toBeGreaterThan(10);
		// The rate is written with three digits.
		expect(numberOf(dollars)).toBeGreaterThan(0.99 * bill.dollars);
		expect(numberOf(dollars)).toBeLessThan(1.01 * bill.dollars);
		expect(shown).toContain("rows written");
	},
);

function numberOf(text: string): number {
	return Number(text.replaceAll(",", ""));
}
