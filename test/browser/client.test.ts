import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { expectGathered } from "../support/gathered.ts";
import { startLossyProxy } from "../support/lossy-proxy.ts";
import { eventually } from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";
import { startChromium } from "./browser.ts";
import { Site } from "./site.ts";

const stage = shared(async (until) => {
	const site = await Site.start(until);
	const project = await Project.create({ until });
	await project.write(
		"counters.yaml",
		`version: 1
worker: { name: called, cors: ["${site.origin}"] }
defaults: { shardWriteToGlobalAfter: 10ms }
namespaces: { metrics: { mount: / }, now: { live: true } }
`,
	);
	const { url, get } = await startServe(project, [], { until });
	const { outputFiles } = await build({
		entryPoints: [project.path("generated/src/client.ts")],
		bundle: true,
		write: false,
		format: "iife",
		globalName: "client",
	});
	const { open } = await startChromium(until);
	return { site, url, get, open, script: outputFiles[0]?.text ?? "" };
});

/**
 * Opens a page that runs code with a client `counters`, behind a proxy.
 *
 * @param every so many answers one is lost
 * @param isStopped no timer ever ends
 */
async function visit(code: string, every = 0, isStopped = false) {
	const { site, url, open, script } = stage();
	const proxy = await startLossyProxy(url, onTestFinished, every);
	const opened = await open();
	if (isStopped) {
		await opened.page.clock.install({ time: 0 });
		await opened.page.clock.pauseAt(1_000);
	}
	const address = site.page(
		`<script>${script}</script><script type="module">
		const { counterClient, CounterProblem } = client;
		const before = [];
		addEventListener("pagehide", () => { for (const one of before) one(); });
		const counters = counterClient("${proxy.url}");
		${code}
		document.title = "done";
		</script>`,
	);
	await opened.page.goto(address);
	const isDone = () => expect.poll(() => opened.page.title()).toBe("done");
	return { ...opened, proxy, isDone };
}

/** Waits until the totals hold these. */
async function expectTotals(totals: Record<string, number>): Promise<void> {
	const read = await eventually(
		() => stage().get("/counters?read=exact"),
		(all) =>
			Object.entries(totals).every(([name, total]) => all[name] === total),
	);
	expect(read).toMatchObject(totals);
}

it("counts 3,000 exactly, in a request each 50 ms at the most, while a third of the answers is lost", async () => {
	const { page, proxy, isDone, errors } = await visit(
		`const began = performance.now();
		for (let n = 0; n < 3_000; n++) {
			counters.increment("metrics", "page" + (n % 3));
			if (n % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 10));
		}
		await counters.flush();
		document.body.dataset.tookMs = performance.now() - began;`,
		3,
	);
	await isDone();
	await expectTotals({ page0: 1_000, page1: 1_000, page2: 1_000 });
	const tookMs = await page.evaluate(() => document.body.dataset.tookMs);
	expectGathered(proxy, Number(tookMs));
	expect(proxy.lost).toBeGreaterThan(proxy.requests / 4);
	expect(errors).toEqual([]);
});

it("hands to a beacon what is counted while the page goes", async () => {
	const { page, proxy, isDone } = await visit(
		`before.push(() => counters.increment("metrics", "left", 3));
		await counters.increment("metrics", "left");`,
	);
	await isDone();
	await page.goto("about:blank");
	await expectTotals({ left: 4 });
	expect(proxy.paths).toEqual([
		"/increments", // its preflight
		"/increments",
		expect.stringMatching(/^\/increments\?key=[\d-]+$/),
	]);
});

it("sends again, as the page goes, what got no answer", async () => {
	const { page, proxy, isDone } = await visit(
		`counters.increment("metrics", "unanswered");
		counters.flush();`,
		1,
		true,
	);
	await isDone();
	const isTried = (times: number) =>
		eventually(
			async () => proxy.requests,
			(requests) => requests === times,
		);
	expect(await isTried(1)).toBe(1);
	await page.goto("about:blank");
	expect(await isTried(2)).toBe(2);
});

it("sends at once what waits when the page is hidden", async () => {
	const { isDone } = await visit(
		`counters.increment("metrics", "hidden");
		Object.defineProperty(document, "visibilityState", { value: "hidden" });
		document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));`,
		0,
		true,
	);
	await isDone();
	await expectTotals({ hidden: 1 });
});

it("keeps what is counted offline, and sends it as one once it is online", async () => {
	const { page, proxy, isDone } = await visit(
		"globalThis.counters = counters;",
	);
	await isDone();
	await page.context().setOffline(true);
	await page.evaluate(async () => {
		const { counters } = globalThis as unknown as {
			counters: { increment(namespace: string, name: string): void };
		};
		for (let n = 0; n < 20; n++) {
			counters.increment("metrics", "offline");
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	});
	expect(proxy.requests).toBe(0);
	await page.context().setOffline(false);
	await expectTotals({ offline: 20 });
	expect(proxy.requests).toBeLessThanOrEqual(4);
});

it("follows totals, until it is told to stop", async () => {
	const { site, url, open, script } = stage();
	const { page } = await open();
	await page.goto(
		site.page(`<p>…</p><script>${script}</script><script type="module">
		const counters = client.counterClient("${url}");
		const stop = new AbortController();
		const done = counters.live("now", ["a"], ({ a }) => {
			document.querySelector("p").textContent = a;
			if (a === 5) stop.abort();
		}, stop);
		for (let n = 0; n < 5; n++) await counters.increment("now", "a");
		await done;
		document.title = "stopped";
		</script>`),
	);
	await expect.poll(() => page.title()).toBe("stopped");
	expect(await page.textContent("p")).toBe("5");
});
