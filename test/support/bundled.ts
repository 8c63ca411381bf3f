import { bundleForBrowsers } from "../../scripts/browser.ts";

/** Bundles the code for browsers before tests that import the runtime's source. */
export default async function setup(): Promise<void> {
	await bundleForBrowsers();
}
