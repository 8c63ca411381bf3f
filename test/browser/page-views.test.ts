import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { eventually } from "../support/process.ts";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";
import { startChromium } from "./browser.ts";
import { Site } from "./site.ts";

/** A browser that is not steered by a program, as far as it says. */
const AGENT =
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const chromium = shared(startChromium);

/** Opens the page of such a heading of docs/page-views.md, with the last configuration before it. */
async function recipe(heading: string) {
	const text = await readFile(join(root, "docs/page-views.md"), "utf8");
	const [before = "", section = ""] = text.split(`# ${heading}\n`);
	const [own = "", html = ""] = section.split("```html\n");
	const [, yaml = ""] =
		[...`${before}${own}`.matchAll(/```yaml\n(.*?)```/gs)].at(-1) ?? [];
	const project = await Project.create();
	await project.write(
		"counters.yaml",
		yaml.includes("version: 1") ? yaml : `version: 1\n${yaml}`,
	);
	const { url, get } = await startServe(project);
	const site = await Site.start(onTestFinished);
	const body = html
		.split("```")[0]
		?.replaceAll("https://counters.example.workers.dev", url);
	expect(body).toContain(`${url}/views/increment/`);
	const opened = await chromium().open({ userAgent: AGENT });
	const address = site.page(body ?? "");
	// Chromium shows nobody the requests of pings.
	const answered = body?.includes("ping=")
		? undefined
		: opened.page.waitForResponse(/\/views\/increment\//);
	await opened.page.goto(address);
	return {
		...opened,
		path: new URL(address).pathname,
		answered,
		async counted(name: string, total: number) {
			const path = `/views/counters/${encodeURIComponent(name)}?read=exact`;
			const { value } = await eventually(
				() => get(path),
				({ value = 0 }) => value >= total,
			);
			expect([name, value]).toEqual([name, total]);
		},
	};
}

it("a beacon counts a view by the page's path", async () => {
	const { page, path, answered, counted, errors } = await recipe(
		"Count page views by URL",
	);
	expect((await answered)?.status()).toBe(200);
	const again = page.waitForResponse(/increment/);
	await page.reload();
	await again;
	await counted(path, 2);
	expect(errors).toEqual([]);
});

it("a visit counts once, however often its page is hidden", async () => {
	const { page, path, answered, counted, errors } =
		await recipe("Once a visit");
	const hide = () =>
		page.evaluate(() => {
			Object.defineProperty(document, "visibilityState", { value: "hidden" });
			document.dispatchEvent(new Event("visibilitychange"));
		});
	await hide();
	expect((await answered)?.status()).toBe(200);
	const again = page.waitForResponse(/increment/);
	await hide();
	expect((await again).status()).toBe(200);
	await counted(path, 1);
	expect(errors).toEqual([]);
});

it.each([
	["Without a script", "home"],
	["In a mail", "mail-2026-12"],
])("%s, an image that nobody sees counts", async (heading, name) => {
	const { page, answered, counted, complaints } = await recipe(heading);
	expect((await answered)?.headers()["content-type"]).toBe("image/gif");
	await counted(name, 1);
	const image = page.locator("main img");
	const isThere = await image.evaluate(
		(one) => (one as HTMLImageElement).naturalWidth,
	);
	expect(isThere).toBe(1);
	expect(complaints).toEqual([]);
});

it("a link counts where it is followed", async () => {
	const { page, counted } = await recipe("Links that are followed");
	// No request of a test leaves the machine.
	await page.route("https://example.org/", (route) =>
		route.fulfill({ body: "elsewhere" }),
	);
	await page.getByText("elsewhere").click();
	await counted("out", 1);
});
