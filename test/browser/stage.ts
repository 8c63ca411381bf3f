import type { Page } from "playwright-core";
import { expect } from "vitest";
import { eventually } from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import type { Until } from "../support/shared.ts";
import { type Opened, startChromium } from "./browser.ts";
import { Site } from "./site.ts";

/** Longer than an element waits between two reads. */
export const POLL_MS = 20_000;

/** Thresholds that nobody waits long for, and names of any kind. */
const configuration = (origin: string) => `version: 1
worker: { name: shown, cors: ["${origin}"] }
defaults:
  shardCount: 1
  shardWriteToGlobalAfter: 50ms
  globalWriteToKVAfter: 1s
  increment: { min: 1, max: 1000000000 }
namespaces:
  views: { mount: /, names: ^.+$ }
  votes: {}
  now: { live: true, names: ^.+$ }
  unread: { live: true, globalWriteToKVAfter: 24h, globalMinWritesToKV: 1000000 }
`;

/** Starts a Worker, a site that shows its numbers, and a browser. */
export async function startStage(until: Until) {
	const site = await Site.start(until);
	const project = await Project.create({ until });
	await project.write("counters.yaml", configuration(site.origin));
	const { url, serve } = await startServe(project, [], { until });
	const { open } = await startChromium(until);
	return {
		site,
		project,
		url,
		serve,
		/** The script's tag, and an element for each of these. */
		elements(...attributes: string[]): string {
			const tags = attributes.map(
				(one) => `<counter-value ${one}></counter-value>`,
			);
			return `<script type="module" src="${url}/-/counter.js"></script>${tags.join(" ")}`;
		},
		/** Opens a page of the site with this body, whose clock a test may put forward. */
		async visit(
			body: string,
			{ headers, lang, locale = "en" }: Visit = {},
		): Promise<Opened> {
			const opened = await open({ locale });
			await opened.page.clock.install();
			await opened.page.goto(site.page(body, headers, lang));
			return opened;
		},
	};
}

interface Visit {
	/** Headers of the answer that has the page. */
	headers?: Record<string, string>;
	/** Language of the page. */
	lang?: string;
	/** Language of the browser. */
	locale?: string;
}

/** The attribute of an element that shows a counter. */
export function named(name: string): string {
	return `name="${name.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`;
}

/** Counts, and does not wait until it can be read. */
export async function increment(
	base: string,
	name: string,
	by = 1,
): Promise<void> {
	const url = `${base}/increment/${encodeURIComponent(name)}?by=${by}`;
	const { status } = await fetch(url, { method: "POST" });
	expect(status).toBe(200);
}

/** Counts, and waits until everyone can read it. */
export async function count(base: string, name: string, by = 1): Promise<void> {
	const read = async (): Promise<number> => {
		const path = `counters/${encodeURIComponent(name)}`;
		const answer = await fetch(`${base}/${path}`);
		const { value = 0 } = (await answer.json()) as { value?: number };
		return value;
	};
	const before = await read();
	await increment(base, name, by);
	const after = await eventually(read, (value) => value === before + by);
	expect(after).toBe(before + by);
}

/** Waits until the elements of a page show these texts. */
export async function shows(page: Page, ...texts: string[]): Promise<void> {
	const shown = page.locator("counter-value span");
	await expect.poll(() => shown.allTextContents()).toEqual(texts);
}
