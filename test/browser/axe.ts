import axe, { type Result } from "axe-core";
import type { Page } from "playwright-core";

/** Has axe-core look at a page as it is now; returns what it objects to. */
export async function violations(page: Page): Promise<Result[]> {
	await page.evaluate(axe.source);
	const results =
		await page.evaluate<Pick<axe.AxeResults, "violations">>("axe.run()");
	return results.violations;
}
