import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { Cli, descendants, eventually, freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";
import type { Until } from "../support/shared.ts";
import { type Opened, startChromium } from "./browser.ts";

/** Thresholds that nobody waits long for, one namespace that waits for ever, any name. */
const CONFIGURATION = `version: 1
worker: { name: watched }
defaults:
  shardCount: 2
  shardWriteToGlobalAfter: 300ms
  globalWriteToKVAfter: 1s
  names: ^.+$
  maxCounters: 20000
namespaces:
  metrics: { mount: / }
  pushed: { live: true, history: { hour: 7d, day: 400d }, top: 3 }
  highest: { top: 2 }
  seats: { total: { max: 40 } }
  votes: { names: [agree, disagree], increment: { min: -1, max: 1 } }
  held: { shardWriteToGlobalAfter: 0, shardCount: 12 }
`;

/** A Worker under `serve`, and a browser that watches it. */
export async function startDashboard(until: Until) {
	const project = await Project.create({ until });
	await project.write("counters.yaml", CONFIGURATION);
	const port = await freePort();
	const url = `http://localhost:${port}`;
	const start = async () => {
		const serve = new Cli(["serve", "--port", String(port)], {
			cwd: project.dir,
			until,
		});
		await serve.reports("counts are kept in");
		return serve;
	};
	let serve = await start();
	const { open } = await startChromium(until);
	return {
		project,
		url,
		start: async () => {
			serve = await start();
		},
		/** Ends the server as a power cut would. */
		async kill(): Promise<void> {
			for (const pid of [serve.pid, ...(await descendants(serve.pid))])
				process.kill(pid, "SIGKILL");
			await serve.ended;
		},
		/** The link that `serve` printed. */
		link(): string {
			const [found = ""] = /http:\S+#token=\S+/.exec(serve.stderr) ?? [];
			return found;
		},
		async count(path: string, body?: object): Promise<void> {
			const answer = await fetch(url + path, {
				method: "POST",
				...(body && { body: JSON.stringify(body) }),
			});
			expect([path, answer.status]).toEqual([path, 200]);
		},
		/** Waits until the totals of the namespace at `/` have all that is counted: a page that opens then sees no rise. */
		async settled(): Promise<void> {
			const headers = { Authorization: `Bearer ${await project.token()}` };
			const read = async (path: string) =>
				(await fetch(`${url}/${path}`, { headers })).json();
			const both = async () => [
				await read("global/counters"),
				await read("counters?read=exact"),
			];
			const isSame = ([global, exact]: unknown[]) =>
				isDeepStrictEqual(global, exact);
			expect(await eventually(both, isSame)).toSatisfy(isSame);
		},
		/** Opens an empty page: what it asks of others fails the test. */
		async open(options: Parameters<typeof open>[0] = {}): Promise<Opened> {
			const opened = await open({ locale: "en", ...options });
			await opened.page.route(
				(asked) => asked.origin !== url,
				(route) => route.abort(),
			);
			return opened;
		},
	};
}

/** Part of the page under a heading. */
export function panel(page: Page, heading: string) {
	return page.getByRole("region", { name: heading, exact: true });
}

/** Does what the page has a notice of, which is gone after some seconds. */
export async function noticed(
	page: Page,
	notice: string | RegExp,
	act: () => Promise<void>,
): Promise<void> {
	await Promise.all([
		page.getByRole("status").getByText(notice).waitFor(),
		act(),
	]);
}

/** The row of a counter. */
export function row(page: Page, name: string) {
	return page
		.getByRole("row")
		.filter({ has: page.getByRole("rowheader", { name, exact: true }) });
}

/** Cells of a counter's row: total, in KV, since opened. */
export async function cells(page: Page, name: string): Promise<string[]> {
	const texts = await row(page, name).getByRole("cell").allTextContents();
	return texts.slice(0, 3);
}

/** Lists the violations that axe finds. */
export async function complaintsOfAxe(page: Page): Promise<string[]> {
	await page.evaluate(
		await readFile(new URL(import.meta.resolve("axe-core")), "utf8"),
	);
	const { violations } = await page.evaluate(
		(): Promise<axe.AxeResults> =>
			(window as unknown as { axe: typeof axe }).axe.run(),
	);
	return violations.map(
		({ id, nodes }) =>
			`${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
	);
}
