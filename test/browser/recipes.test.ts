import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";
import { startChromium } from "./browser.ts";
import { Site } from "./site.ts";
import { increment, shows } from "./stage.ts";

const chromium = shared(startChromium);

/** Runs the configuration and the page that stand under a heading of the docs. */
async function recipe(heading: string) {
	const text = await readFile(join(root, "docs/live-number.md"), "utf8");
	const [, section = ""] = text.split(`# ${heading}\n`);
	const block = (language: string) =>
		section.split(`\`\`\`${language}\n`)[1]?.split("```")[0] ?? "";
	const site = await Site.start(onTestFinished);
	const project = await Project.create();
	await project.write(
		"counters.yaml",
		block("yaml").replaceAll("https://www.example.com", site.origin),
	);
	const { url } = await startServe(project);
	const body = block("html").replaceAll(
		"https://counters.example.workers.dev",
		url,
	);
	expect([block("yaml"), body]).toEqual([
		expect.stringContaining("cors:"),
		expect.stringContaining(`${url}/-/counter.js`),
	]);
	const opened = await chromium().open();
	await opened.page.goto(site.page(body));
	return { url, ...opened };
}

it("a number is on a site, and moves", async () => {
	const { url, page, errors, complaints } = await recipe(
		"Show a number on your site",
	);
	await shows(page, "0");
	await increment(`${url}/signups`, "home", 12);
	await shows(page, "12");
	await increment(`${url}/signups`, "home", 1);
	await shows(page, "13");
	expect([...errors, ...complaints]).toEqual([]);
});

it("a poll counts a vote each, and shows the votes of all", async () => {
	const { url, page, errors } = await recipe("A poll");
	await shows(page, "0", "0");
	const click = async (text: string) => {
		const answer = page.waitForResponse(/increment/);
		await page.getByText(text).click();
		return answer;
	};
	expect((await click("With milk")).status()).toBe(200);
	const again = await click("With milk");
	expect(again.headers()["idempotent-replayed"]).toBe("true");
	expect((await click("With lemon")).status()).toBe(422);
	await increment(`${url}/tea`, "lemon", 2);
	await shows(page, "1", "2");
	expect(errors).toEqual([]);
});
