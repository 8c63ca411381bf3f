import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import {
	cli,
	descendants,
	eventually,
	freePort,
	Program,
} from "../support/process.ts";
import { Project, quickConfig, root } from "../support/project.ts";
import { startChromium } from "./browser.ts";
import { Site } from "./site.ts";

type Counters = Record<"page" | "script" | "shop", number>;

/** Counts of each caller. */
const COUNTS = 200;

/** Counts by the client, and takes some four seconds. */
const count = (name: string) => `
	for (let n = 0; n < ${COUNTS}; n++) {
		counters.increment("metrics", "${name}");
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	await counters.flush();
`;

/** Worker that calls the counters by their entrypoint, and passes on what else comes. */
const SHOP = `export default {
	async fetch(request, env) {
		const { pathname, searchParams } = new URL(request.url);
		if (pathname === "/sell") {
			const key = searchParams.get("order");
			await env.COUNTERS.increment("metrics", "shop", 1, { key });
			return new Response("sold");
		}
		if (pathname === "/sold")
			return Response.json(await env.COUNTERS.totals("metrics", { read: "exact" }));
		return env.SITE.fetch(request);
	},
};`;

it("counts for a Worker, a page and a script exactly, while all of it is killed", async () => {
	const site = await Site.start(onTestFinished);
	const project = await Project.create();
	await mkdir(project.path("counters"));
	await project.write(
		"counters/counters.yaml",
		quickConfig.replace("quick\n", `counters\n  cors: ["${site.origin}"]\n`),
	);
	expect((await cli(["generate"], project.path("counters"))).status).toBe(0);
	await project.write("shop.ts", SHOP);
	await project.write(
		"shop.json",
		JSON.stringify({
			name: "shop",
			main: "shop.ts",
			compatibility_date: "2026-10-01",
			services: [
				{ binding: "COUNTERS", service: "counters", entrypoint: "Counters" },
				{ binding: "SITE", service: "counters" },
			],
		}),
	);
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const ask = (path: string) => fetch(url + path).catch(() => undefined);
	const start = async () => {
		const program = new Program(
			process.execPath,
			[
				join(root, "node_modules/wrangler/bin/wrangler.js"),
				"dev",
				"--config=shop.json",
				"--config=counters/generated/wrangler.toml",
				`--port=${port}`,
			],
			{ cwd: project.dir, env: { CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
		);
		await eventually(
			() => ask("/-/healthz"),
			(answer) => answer?.ok === true,
		);
		return program;
	};
	const server = await start();

	const client = project.path("counters/generated/src/client.ts");
	await project.write(
		"script.ts",
		`import { counterClient } from ${JSON.stringify(client)};
		const counters = counterClient("${url}");${count("script")}`,
	);
	const script = new Program(process.execPath, ["script.ts"], {
		cwd: project.dir,
	});
	const { outputFiles } = await build({
		entryPoints: [client],
		bundle: true,
		write: false,
		format: "iife",
		globalName: "client",
	});
	const { open } = await startChromium();
	const { page } = await open();
	await page.goto(
		site.page(
			`<script>${outputFiles[0]?.text}</script><script type="module">
			const counters = client.counterClient("${url}");${count("page")}
			document.title = "done";
			</script>`,
		),
	);
	const sell = async () => {
		for (let order = 0; order < COUNTS; order++)
			while (!(await ask(`/sell?order=${order}`))?.ok) await sleep(200);
	};
	const sold = sell();

	const counted = async () => {
		const answer = await (await fetch(`${url}/sold`)).json();
		return (answer as { counters: Counters }).counters;
	};
	const amid = await eventually(
		counted,
		({ page = 0, script = 0, shop = 0 }) => page * script * shop > 0,
	);
	for (const total of [amid.page, amid.script, amid.shop])
		expect(total).toBeLessThan(COUNTS);
	for (const pid of [server.pid, ...(await descendants(server.pid))])
		process.kill(pid, "SIGKILL");
	await server.ended;
	await start();

	await sold;
	expect(await script.ended).toMatchObject({ status: 0, stderr: "" });
	await expect.poll(() => page.title(), { timeout: 60_000 }).toBe("done");
	const all = { page: COUNTS, script: COUNTS, shop: COUNTS };
	expect(await counted()).toEqual(all);
});
