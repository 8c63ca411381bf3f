import { expect, it } from "vitest";
import { CHROMIUM, hasChromium } from "../support/chromium.ts";
import { startChromium } from "./browser.ts";

it.skipIf(!hasChromium && !process.env.CI)(
	`a browser is there: apt-get install chromium brings ${CHROMIUM}`,
	async () => {
		const { browser } = await startChromium();
		expect(browser.version()).toMatch(/^\d+\./);
	},
);
