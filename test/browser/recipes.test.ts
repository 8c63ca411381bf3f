import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { CounterHistory } from "../../templates/runtime/history/contract.ts";
import { withinOneHour } from "../runtime/one-hour.ts";
import { eventually } from "../support/process.ts";
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

it("the views of a page in the last seven days are a chart, and a month of them a file", async () => {
	const text = await readFile(join(root, "docs/history.md"), "utf8");
	const [, yaml = ""] = text.split("```yaml\nnamespaces:\n");
	const [, section = ""] = text.split("## The last seven days, for a chart\n");
	const [, html = ""] = section.split("```html\n");
	const site = await Site.start(onTestFinished);
	const project = await Project.create();
	await project.write(
		"counters.yaml",
		`version: 1\nworker: { cors: ["${site.origin}"] }\ndefaults: { names: path }\nnamespaces:\n${yaml.split("```")[0]}`,
	);
	const { url } = await startServe(project);
	const there = (words = "") =>
		words.replaceAll("https://counters.example.workers.dev", url);
	await withinOneHour("UTC");
	await increment(`${url}/views`, "home", 12);
	await increment(`${url}/views`, "/blog/hello", 3);
	const today = async (name: string) => {
		const answer = await fetch(`${url}/views/history/${name}?last=1`);
		const { points } = (await answer.json()) as CounterHistory;
		return points[0]?.value;
	};
	expect(await eventually(() => today("home"), Boolean)).toBe(12);
	expect(await eventually(() => today("/blog/hello"), Boolean)).toBe(3);

	const { page, errors, complaints } = await chromium().open();
	await page.goto(site.page(there(html.split("```")[0])));
	const bars = page.getByRole("img", { name: "Views of the last seven days" });
	const heights = () =>
		bars
			.locator("rect")
			.evaluateAll((all) => all.map((one) => one.getAttribute("height")));
	await expect.poll(heights).toEqual(["0", "0", "0", "0", "0", "0", "40"]);
	expect([...errors, ...complaints]).toEqual([]);

	const [, csv = ""] = /curl '(\S+format=csv)'/.exec(text) ?? [];
	const file = await fetch(there(csv));
	expect([file.status, (await file.text()).split("\n")[0]]).toEqual([
		200,
		"start,value,final",
	]);
});
