import { type Browser, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { CHROMIUM } from "../support/chromium.ts";
import type { Until } from "../support/shared.ts";
import { WAIT_MS } from "../support/wait.ts";

/** Keeps Chromium from asking for anything but what a test opens. */
const FLAGS = [
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** A page, and what went wrong in it. */
export interface Opened {
	page: Page;
	/** Errors that nobody caught. */
	errors: string[];
	/** Errors that the console shows besides, such as a request that failed. */
	complaints: string[];
}

/** Starts a browser without a window. */
export async function startChromium(until: Until = onTestFinished) {
	const browser: Browser = await chromium.launch({
		executablePath: CHROMIUM,
		// The sandbox asks for rights that root in a container lacks.
		chromiumSandbox: false,
		args: FLAGS,
		timeout: WAIT_MS,
	});
	until(() => browser.close());
	return {
		browser,
		/** Opens an empty page in a profile of its own; the end of the test closes it. */
		async open(
			options: Parameters<Browser["newContext"]>[0] = {},
		): Promise<Opened> {
			const context = await browser.newContext(options);
			context.setDefaultTimeout(WAIT_MS);
			onTestFinished(() => context.close());
			const page = await context.newPage();
			const errors: string[] = [];
			const complaints: string[] = [];
			page.on("pageerror", (error) => errors.push(String(error)));
			page.on("console", (message) => {
				if (message.type() === "error") complaints.push(message.text());
			});
			return { page, errors, complaints };
		},
	};
}

/** Hides a page as another tab in front of it would, or shows it again. */
export async function setHidden(page: Page, isHidden: boolean): Promise<void> {
	await page.evaluate((hidden) => {
		Object.defineProperty(document, "hidden", {
			configurable: true,
			value: hidden,
		});
		document.dispatchEvent(new Event("visibilitychange"));
	}, isHidden);
}
