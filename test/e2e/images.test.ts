import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { eventually } from "../support/process.ts";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

/** Headers with which browsers ask for an image, and for a page. */
const IMG = {
	Accept: "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
};
const PAGE = { Accept: "text/html,image/avif,image/webp,*/*;q=0.8" };

const HOST = "https://counters.example.workers.dev";

async function start(yaml?: string) {
	const project = await Project.create();
	if (yaml !== undefined) await project.write("counters.yaml", yaml);
	const { url, get } = await startServe(project);
	return {
		url,
		/** Waits for a total to be published. */
		published: (path: string, total: number) =>
			eventually(
				() => get(path),
				({ value }) => value === total,
			),
		exact: async (path: string) =>
			(await get(`${path}${path.includes("?") ? "&" : "?"}read=exact`)).value,
	};
}

test("a badge follows the total, a hit counts, and a pixel is an image", async () => {
	const { url, published, exact } = await start();
	const ask = (path: string, headers = {}) => fetch(url + path, { headers });

	const none = await ask("/badge/home", IMG);
	expect(none.headers.get("Content-Type")).toBe("image/svg+xml");
	expect(await none.text()).toContain(">0</text>");
	const tag = none.headers.get("ETag") ?? "";
	const same = await ask("/badge/home", { "If-None-Match": tag });
	expect(same.status).toBe(304);

	for (const total of ["1", "2"])
		expect(await (await ask(`/hit/home?key=${total}`, IMG)).text()).toMatch(
			/>[12]<\/text><\/g><\/svg>\n$/,
		);
	await published("/counters/home", 2);
	const after = await ask("/badge/home", { "If-None-Match": tag });
	expect([after.status, await after.text()]).toEqual([
		200,
		expect.stringContaining(">2</text>"),
	]);

	const pixel = await ask("/increment/home?utm_source=2&fbclid=x", IMG);
	expect(pixel.headers.get("Content-Type")).toBe("image/gif");
	expect((await pixel.arrayBuffer()).byteLength).toBeLessThan(50);
	const page = await ask("/increment/home?utm_source=2&fbclid=x", PAGE);
	expect(await page.json()).toMatchObject({ counter: "home", by: 1 });
	expect(await exact("/counters/home")).toBe(4);

	const refused = await ask("/votes/hit/agree", IMG);
	expect(refused.status).toBe(404);
	expect(refused.headers.get("Content-Type")).toBe("image/svg+xml");
	expect(await refused.text()).toContain(">not-found</text>");
});

test("whatever a beacon holds counts 1", async () => {
	const { url, exact } = await start();
	const form = new FormData();
	form.set("page", "/");
	const bodies: [NonNullable<RequestInit["body"]> | null, string?][] = [
		[null],
		["left"],
		["PING", "text/ping"],
		[JSON.stringify({ page: "/", ms: 1500 })],
		[JSON.stringify({ page: "/" }), "application/json"],
		[form],
		[new URLSearchParams({ page: "/", n: "7" })],
		[new Blob(["x"], { type: "image/png" })],
		[new Uint8Array([0xff, 0x31])],
	];
	for (const [body, type] of bodies) {
		const answer = await fetch(`${url}/increment/left?fbclid=1`, {
			method: "POST",
			body,
			...(type !== undefined && { headers: { "Content-Type": type } }),
		});
		expect([body, await answer.json()]).toMatchObject([body, { by: 1 }]);
	}
	expect(await exact("/counters/left")).toBe(bodies.length);
});

describe("docs/badges.md", async () => {
	const page = await readFile(join(root, "docs/badges.md"), "utf8");
	const blocks = [...page.matchAll(/```(yaml|markdown|html)\n(.*?)```/gs)];

	/** Addresses of images in the blocks that follow such a configuration. */
	function images(namespace: string) {
		const start = blocks.findIndex(([text]) => text.includes(`${namespace}:`));
		const rest = blocks.slice(start + 1);
		const end = rest.findIndex(([, language]) => language === "yaml");
		const shown = rest.slice(0, end < 0 ? undefined : end);
		return {
			yaml: blocks[start]?.[2],
			urls: shown.map(
				([text]) => /(?:\]\(|src=")(https:[^)"]+)/.exec(text)?.[1] ?? "",
			),
		};
	}

	it("has badges that are shown as it says", async () => {
		const { yaml, urls } = images("downloads");
		expect(urls).toHaveLength(3);
		const { url, published } = await start(yaml);
		await fetch(`${url}/downloads/increment/app?by=1200`, { method: "POST" });
		await published("/downloads/counters/app", 1200);
		for (const one of urls) {
			const asked = new URL(one).searchParams.get("url") ?? one;
			expect(asked).toContain(`${HOST}/downloads/badge/app`);
			const answer = await fetch(asked.replace(HOST, url), { headers: IMG });
			expect(answer.status).toBe(200);
			const text = await answer.text();
			expect(text).toContain("1,200");
			if (asked === one) expect(text).toMatch(/^<svg /);
			else
				expect(JSON.parse(text)).toEqual({
					schemaVersion: 1,
					label: "app",
					message: "1,200",
					color: "007ec6",
				});
		}
	});

	it("has a hit counter that counts people, and no bots", async () => {
		const { yaml, urls } = images("hits");
		const { url, exact } = await start(yaml);
		const [hit = ""] = urls.map((one) => one.replace(HOST, url));
		const fetchAs = async (agent: string) => {
			const headers = { ...IMG, "User-Agent": agent };
			const answer = await fetch(hit, { headers });
			return [answer.status, await answer.text()];
		};
		const shows = (total: string) => [
			200,
			expect.stringMatching(new RegExp(`visitors.*>${total}</text>`, "s")),
		];
		expect(
			await fetchAs(
				"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			),
		).toEqual(shows("1"));
		// The first hit is in it once it is published.
		const camo = await fetchAs("github-camo (4b1f9c07)");
		expect(camo).toEqual(shows("[12]"));
		expect(await fetchAs("Googlebot/2.1")).toEqual([
			403,
			expect.stringContaining("bot-not-counted"),
		]);
		expect(await exact("/hits/counters/readme")).toBe(2);
	});
});
