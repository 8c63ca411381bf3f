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

/** Counts by the client until `isOver`, and has `counted` how often. */
const count = (name: string) => `
	let counted = 0;
	for (; !globalThis.isOver; counted++) {
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
				// Gives each of several that start at once an inspector's port of its own.
				"--inspector-port=0",
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
		const counters = counterClient("${url}");
		process.once("SIGUSR2", () => { globalThis.isOver = true; });
		${count("script")}
		console.log(counted);`,
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
			document.title = counted;
			</script>`,
		),
	);
	let isOver = false;
	let orders = 0;
	const sell = async () => {
		for (; !isOver; orders++)
			while (!(await ask(`/sell?order=${orders}`))?.ok) await sleep(200);
	};
	const sold = sell();

	const counted = async () => {
		const answer = await (await fetch(`${url}/sold`)).json();
		return (answer as { counters: Counters }).counters;
	};
	const began = ({ page, script, shop }: Partial<Counters>) =>
		Boolean(page && script && shop);
	const amid = await eventually(counted, began);
	expect(amid).toSatisfy(began);
	for (const pid of [server.pid, ...(await descendants(server.pid))])
		process.kill(pid, "SIGKILL");
	await server.ended;
	await start();
	const goesOn = ({ page, script, shop }: Counters) =>
		page > amid.page && script > amid.script && shop > amid.shop;
	expect(await eventually(counted, goesOn)).toSatisfy(goesOn);

	isOver = true;
	script.signal("SIGUSR2");
	await page.evaluate("globalThis.isOver = true");
	await sold;
	const { status, stdout, stderr } = await script.ended;
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	await expect.poll(() => page.title()).toMatch(/^\d+$/);
	expect(await counted()).toEqual({
		page: Number(await page.title()),
		script: Number(stdout),
		shop: orders,
	});
});
