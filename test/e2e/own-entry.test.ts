import { cp, mkdir, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installed } from "../support/installed.ts";
import { attempt, type } from "../support/machine.ts";
import { Cli, cli, eventually, freePort, Program } from "../support/process.ts";
import { Project, quickConfig, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { WAIT_MS } from "../support/wait.ts";

/** Takes the code of a recipe from the docs, as a reader does; all its pieces. */
async function recipe(heading: string, language = "ts"): Promise<string[]> {
	const page = await readFile(join(root, "docs/own-entry.md"), "utf8");
	const [, section = ""] = page.split(`## ${heading}\n`);
	const [own = ""] = section.split("\n## ");
	const fences = own.matchAll(
		new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"),
	);
	const pieces = [...fences].map(([, code = ""]) => code);
	if (pieces.length === 0) throw new Error(`No code under ${heading}`);
	return pieces;
}

/** A project whose entry is `code`. */
async function projectWith(code: string): Promise<Project> {
	const project = await Project.create();
	const own = "  name: quick\n  main: src/index.ts\n";
	await project.write(
		"counters.yaml",
		quickConfig.replace("  name: quick\n", own),
	);
	await mkdir(project.path("src"));
	await project.write("src/index.ts", code);
	return project;
}

describe("an entry of one's own", () => {
	it.each([
		["A plain Worker", ""],
		["A Hono app", "/count"],
	])("runs as the docs have it: %s", async (heading, base) => {
		const [code = ""] = await recipe(heading);
		const project = await projectWith(code);
		const { serve, url } = await startServe(project);
		expect(await (await fetch(`${url}/hello`)).text()).toBe("Hello!\n");
		const agreed = await fetch(`${url}${base}/votes/increment/agree`, {
			method: "POST",
		});
		expect(await agreed.json()).toMatchObject({ counter: "agree", by: 1 });
		const totals = await eventually(
			async () => (await fetch(`${url}${base}/counters`)).json(),
			(read) => (read as Record<string, number>).hello === 1,
		);
		expect(totals).toEqual({ hello: 1 });
		await serve.stop();

		await project.write(
			"tsconfig.json",
			JSON.stringify({
				compilerOptions: {
					lib: ["es2022"],
					module: "esnext",
					moduleResolution: "bundler",
					noEmit: true,
					strict: true,
					skipLibCheck: true,
					types: [],
				},
				include: ["src"],
			}),
		);
		const tsc = join(root, "node_modules/.bin/tsc");
		expect(
			await attempt(`${process.execPath} ${tsc} -p .`, project.dir),
		).toEqual({ status: 0, stdout: "", stderr: "" });
	});

	it("imports files that a bundle leaves beside it", async () => {
		const project = await projectWith(`
			import counters from "../generated/src";
			import page from "./page.html";
			export { Metrics, Votes } from "../generated/src";
			export default {
				fetch(request, env, ctx) {
					return new URL(request.url).pathname === "/page"
						? new Response(page)
						: counters.fetch(request, env, ctx);
				},
			};
		`);
		await project.write("src/page.html", "<h1>My page</h1>\n");
		const { url } = await startServe(project);
		expect(await (await fetch(`${url}/page`)).text()).toBe(
			"<h1>My page</h1>\n",
		);
		expect((await fetch(`${url}/-/healthz`)).status).toBe(200);
	});

	it("may ask Cloudflare's cache, which forgets all under serve", async () => {
		const project = await projectWith(`
			export { Metrics, Votes } from "../generated/src";
			export default {
				async fetch({ url }) {
					const cache = await caches.open("pages");
					await cache.put(url, new Response("kept", { headers: { "Cache-Control": "max-age=60" } }));
					await caches.default.put(url, new Response("x".repeat(1_000_000)));
					const found = await cache.match(url);
					return Response.json({ found: await found?.text(), deleted: await cache.delete(url) });
				},
			};
		`);
		const { url } = await startServe(project);
		expect(await (await fetch(url)).json()).toEqual({ deleted: false });
	});

	it("may have routes elsewhere: the addresses are printed under that condition", async () => {
		const [code = ""] = await recipe("A Hono app");
		const { serve } = await startServe(await projectWith(code));
		const [url] = /http:\/\/localhost:\d+/.exec(serve.stderr) ?? [];
		expect(serve.stderr).toContain(`
  where src/index.ts leaves the routes at their mounts:

  metrics      ${url}
  votes        ${url}/votes

  dashboard:
    ${url}/-/#token=`);
		expect((await fetch(`${url}/-/`)).status).toBe(404);
		expect((await fetch(`${url}/count/-/`)).status).toBe(200);
	});

	it("that forgets a class is told the line to add", async () => {
		const project = await projectWith(`
			import counters from "../generated/src";
			export { Metrics } from "../generated/src";
			export default counters;
		`);
		const line =
			'Add the line: export { Votes } from "../generated/src/counters";';
		for (const argv of [["serve"], ["deploy", "--dry-run"]]) {
			const { status, stderr } = await cli(argv, project.dir);
			expect([argv, status]).not.toEqual([argv, 0]);
			expect(stderr).toContain("src/index.ts error [class-not-exported]");
			expect(stderr).toContain(line);
		}
		const port = String(await freePort());
		const dev = new Cli(["dev", "--port", port], { cwd: project.dir });
		await dev.reports(line);
	});
});

describe("another Worker", () => {
	/** The counters, and a Worker beside them that binds them as the docs have it. */
	async function shop(worker = ""): Promise<Project> {
		const project = await Project.create();
		await mkdir(project.path("counters"));
		await project.write(
			"counters/counters.yaml",
			quickConfig.replace("quick\n", `counters\n${worker}`),
		);
		const { status } = await cli(["generate"], project.path("counters"));
		expect(status).toBe(0);
		const [bindings = ""] = await recipe("Another Worker", "jsonc");
		const resetting = `{ "binding": "RESETTING", "service": "counters", "entrypoint": "Counters", "props": { "reset": true } }`;
		await project.write(
			"wrangler.jsonc",
			`{ "name": "shop", "main": "index.ts", "compatibility_date": "2026-10-01", ${bindings.replace("\n]", `,\n${resetting}]`)} }`,
		);
		const [code = ""] = await recipe("Another Worker");
		await project.write("shop.ts", code);
		return project;
	}

	/** The command of the docs that begins so. */
	async function documented(start: string): Promise<string> {
		const page = await readFile(join(root, "docs/own-entry.md"), "utf8");
		const [, rest = ""] = page.split(`\`npx --no -- ${start}`);
		const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
		return `${process.execPath} ${start.replace("wrangler", wrangler)}${rest.split("`")[0]}`;
	}

	it.each([
		["the generated entry", "", ""],
		[
			"an entry of one's own",
			"  main: own.ts\n",
			`export { Counters, Metrics, Votes } from "./generated/src";
			export default {};`,
		],
	])(
		"counts, reads and resets by the entrypoint of %s, as the docs have it",
		async (_, worker, own) => {
			const project = await shop(worker);
			await project.write("counters/own.ts", own);
			await project.write(
				"index.ts",
				`import shop from "./shop";
			export default {
				async fetch(request, env, ctx) {
					if (!request.url.endsWith("/reset")) return shop.fetch(request, env, ctx);
					const refused = await env.COUNTERS.reset("metrics").catch(({ code }) => code);
					await env.RESETTING.reset("metrics");
					const after = await env.COUNTERS.totals("metrics", { read: "exact" });
					return Response.json({ refused, after: after.counters });
				},
			};`,
			);
			const port = await freePort();
			const [file = "", ...args] = (await documented("wrangler dev")).split(
				" ",
			);
			// Gives each of several that start at once an inspector's port of its own.
			const ports = [`--port=${port}`, "--inspector-port=0"];
			new Program(file, [...args, ...ports], {
				cwd: project.dir,
				env: { CLOUDFLARE_CF_FETCH_ENABLED: "false" },
			});
			const get = (path: string) =>
				fetch(`http://localhost:${port}${path}`).catch(() => undefined);
			const answer = await eventually(
				() => get("/"),
				(answered) => answered !== undefined,
			);
			expect(await answer?.json()).toMatchObject({ value: 1 });
			expect(await (await get("/reset"))?.json()).toEqual({
				refused: "reset-not-allowed",
				after: {},
			});
		},
	);

	it("is uploaded with its bindings, and the counters with the entrypoint", async () => {
		const project = await shop();
		await project.write("index.ts", 'export { default } from "./shop";');
		const upload = async (config: string) => {
			const [wrangler] = (await documented("wrangler dev")).split(" dev ");
			const file = project.path("upload");
			const argv = `deploy --dry-run --config ${config} --outfile ${file}`;
			await type(`${wrangler} ${argv}`, project.dir);
			return readFile(file, "utf8");
		};
		const caller = await upload("wrangler.jsonc");
		const [, metadata = ""] = /name="metadata"\s+(\{.*\})/.exec(caller) ?? [];
		const service = {
			type: "service",
			service: "counters",
			entrypoint: "Counters",
		};
		expect(JSON.parse(metadata).bindings).toEqual([
			{ name: "COUNTERS", ...service },
			{ name: "RESETTING", ...service, props: { reset: true } },
		]);
		const counters = await upload("counters/generated/wrangler.toml");
		expect(counters).toMatch(/\bexport ?\{[^}]*\bCounters\b[^}]*\}/);
	});

	it("has types of its namespaces and names, as the docs have it", async () => {
		const project = await shop();
		await project.write(
			"index.ts",
			`import shop from "./shop";
			export default shop;
			export async function typed({ COUNTERS }: Env): Promise<number | undefined> {
				await COUNTERS.increment("votes", "agree", -1, { key: "k" });
				await COUNTERS.increments("metrics", { any: 1 });
				// @ts-expect-error: not among the names
				await COUNTERS.increment("votes", "maybe");
				// @ts-expect-error: not among the names
				await COUNTERS.increments("votes", { maybe: 1 });
				// @ts-expect-error: no such namespace
				await COUNTERS.totals("none");
				const week = { by: "day", last: 7 } as const;
				await COUNTERS.history("votes", "agree", week);
				// @ts-expect-error: not among the names
				await COUNTERS.history("votes", "maybe", week);
				const { top } = await COUNTERS.top("metrics", { by: "hour" });
				top[0]?.counter.length;
				const { value } = await COUNTERS.total("votes", "disagree");
				return value;
			}`,
		);
		const types = await documented("wrangler types");
		await type(`${types} --include-runtime false`, project.dir);
		await project.write(
			"tsconfig.json",
			JSON.stringify({
				compilerOptions: {
					lib: ["es2024"],
					module: "esnext",
					moduleResolution: "bundler",
					noEmit: true,
					strict: true,
					skipLibCheck: true,
					types: ["@cloudflare/workers-types"],
				},
				include: ["*.ts"],
			}),
		);
		const tsc = join(root, "node_modules/.bin/tsc");
		expect(
			await attempt(`${process.execPath} ${tsc} -p .`, project.dir),
		).toEqual({ status: 0, stdout: "", stderr: "" });
	});
});

describe("an Astro site", () => {
	it("counts in its pages and beside them, as the docs have it", async () => {
		const heading = "An Astro site";
		const [yaml = ""] = await recipe(heading, "yaml");
		const [entry = ""] = await recipe(heading);
		const [page = ""] = await recipe(heading, "astro");
		const project = await Project.create();
		await mkdir(project.path("src/pages"), { recursive: true });
		await project.write("counters.yaml", yaml);
		await project.write("src/worker.ts", entry);
		await project.write("src/pages/index.astro", page);
		await project.write("src/pages/about.astro", "<h1>About</h1>\n");
		await project.write(
			"astro.config.mjs",
			`import cloudflare from "@astrojs/cloudflare";
			import { defineConfig } from "astro/config";
			export default defineConfig({ adapter: cloudflare() });`,
		);
		await project.write("package.json", '{ "type": "module" }');
		const tools = await installed({
			"@astrojs/cloudflare": "14.3.3",
			astro: "7.3.5",
			wrangler: "4.155.0",
		});
		for (const name of ["@astrojs", "astro"])
			await symlink(
				join(tools, "node_modules", name),
				project.path(`node_modules/${name}`),
			);
		expect((await cli(["generate"], project.dir)).status).toBe(0);
		const astro = project.path("node_modules/astro/bin/astro.mjs");
		await type(`${process.execPath} ${astro} build`, project.dir);

		const { serve, url, get } = await startServe(project);
		expect(await (await fetch(url)).text()).toContain("<h1>Welcome</h1>");
		await fetch(`${url}/count/increment/home`, { method: "POST" });
		expect(await get("/count/counters?read=exact")).toEqual({ home: 2 });
		await serve.stop();

		const port = String(await freePort());
		const dev = new Cli(["dev", "--port", port], { cwd: project.dir });
		await dev.reports("Ctrl-C stops it");
		const about = await fetch(`http://localhost:${port}/about`);
		expect(await about.text()).toContain("<h1>About</h1>");
	});
});

describe("a SvelteKit site", () => {
	it("counts in its pages and beside them, as the docs have it", async () => {
		const heading = "A SvelteKit site";
		const [adapters = ""] = await recipe(heading, "jsonc");
		const [yaml = ""] = await recipe(heading, "yaml");
		const [entry = "", page = ""] = await recipe(heading);
		const project = await Project.create();
		await mkdir(project.path("src/routes/about"), { recursive: true });
		const files = {
			"wrangler.jsonc": adapters,
			"counters.yaml": yaml,
			"worker.ts": entry,
			"src/app.html": "%sveltekit.head% %sveltekit.body%",
			"src/routes/+page.server.ts": page,
			"src/routes/+page.svelte": "<h1>Welcome</h1>",
			"src/routes/about/+page.svelte": "<h1>About</h1>",
			"src/routes/about/+page.ts": "export const prerender = true;",
			"package.json": '{ "type": "module" }',
			// Without its emulation for `vite dev`, which leaves a workerd behind.
			"svelte.config.js": `import adapter from "@sveltejs/adapter-cloudflare";
				const { emulate, ...rest } = adapter();
				export default { kit: { adapter: rest } };`,
			"vite.config.js": `import { sveltekit } from "@sveltejs/kit/vite";
				export default { plugins: [sveltekit()] };`,
		};
		for (const [name, text] of Object.entries(files))
			await project.write(name, text);
		const tools = await installed({
			"@sveltejs/adapter-cloudflare": "7.2.9",
			"@sveltejs/kit": "2.70.4",
			"@sveltejs/vite-plugin-svelte": "6.2.4",
			svelte: "5.57.3",
			vite: "7.3.8",
			wrangler: "4.155.0",
		});
		for (const name of ["@sveltejs", "svelte", "vite"])
			await symlink(
				join(tools, "node_modules", name),
				project.path(`node_modules/${name}`),
			);
		// Installed: Vite bundles what is a link, and leaves out what is not.
		const copy = project.path("node_modules/counter-gen");
		await rm(copy);
		for (const name of ["package.json", "dist"])
			await cp(join(root, name), join(copy, name), { recursive: true });
		expect((await cli(["generate"], project.dir)).status).toBe(0);
		const vite = project.path("node_modules/vite/bin/vite.js");
		await type(`${process.execPath} ${vite} build`, project.dir);
		expect(await readFile(project.path("worker.ts"), "utf8")).toBe(entry);

		const { serve, url, get } = await startServe(project);
		expect(await (await fetch(url)).text()).toContain("<h1>Welcome</h1>");
		await fetch(`${url}/count/increment/home`, { method: "POST" });
		expect(await get("/count/counters?read=exact")).toEqual({ home: 2 });
		await serve.stop();

		const port = String(await freePort());
		const dev = new Cli(["dev", "--port", port], { cwd: project.dir });
		await dev.reports("Ctrl-C stops it");
		const about = await fetch(`http://localhost:${port}/about`);
		expect(await about.text()).toContain("<h1>About</h1>");
	});
});

describe("Cloudflare's plugin for Vite", () => {
	it("runs the entry, as the docs have it", async () => {
		const [code = ""] = await recipe("A plain Worker");
		const project = await projectWith(code);
		const [config = ""] = await recipe("Vite");
		await project.write("vite.config.ts", config);
		await project.write("package.json", '{ "type": "module" }');
		const tools = await installed({
			"@cloudflare/vite-plugin": "1.64.0",
			vite: "8.4.0",
		});
		const modules = (at: string) => join(tools, "node_modules", at);
		await rm(project.path("node_modules/@cloudflare"));
		for (const name of ["@cloudflare", "vite"])
			await symlink(modules(name), project.path(`node_modules/${name}`));

		const warned = await cli(["validate"], project.dir);
		expect(warned.stderr).toContain(
			"warning [package-too-old] @cloudflare/vite-plugin 1.64.0 takes no `compatibilityDate` past 2026-10-19",
		);
		const [, fix = ""] = /Write `(.*)` under/.exec(warned.stderr) ?? [];
		const main = "  main: src/index.ts\n";
		await project.edit("counters.yaml", main, `${main}  ${fix}\n`);
		const { stderr } = await cli(["validate"], project.dir);
		expect(stderr).not.toContain("package-too-old");

		expect((await cli(["generate"], project.dir)).status).toBe(0);
		const port = await freePort();
		new Program(
			process.execPath,
			[modules("vite/bin/vite.js"), "dev", `--port=${port}`, "--strictPort"],
			{ cwd: project.dir, env: { CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
		);
		const at = (path: string) =>
			fetch(`http://localhost:${port}${path}`).then(
				(answer) => answer.text(),
				() => "",
			);
		expect(
			await eventually(
				() => at("/hello"),
				(text) => text !== "",
			),
		).toBe("Hello!\n");
		expect(
			await eventually(
				() => at("/counters"),
				(text) => text.includes("hello"),
			),
		).toBe('{"hello":1}\n');
	});
});

describe("Cloudflare's plugin for Vitest", () => {
	it("runs tests with the counters beside them, as the docs have it", async () => {
		const project = await Project.create();
		expect((await cli(["generate"], project.dir)).status).toBe(0);
		const [config = "", code = ""] = await recipe("Tests with Vitest");
		await project.write("vitest.config.ts", config);
		await project.write("counters.test.ts", code);
		await project.write("package.json", '{ "type": "module" }');
		await symlink(
			join(root, "node_modules/vitest"),
			project.path("node_modules/vitest"),
		);
		const vitest = join(root, "node_modules/vitest/vitest.mjs");
		const { status, stdout, stderr } = await attempt(
			`${process.execPath} ${vitest} run --testTimeout=${WAIT_MS}`,
			project.dir,
		);
		expect([status, stdout + stderr]).toEqual([
			0,
			expect.stringMatching(/Tests +1 passed/),
		]);
	});
});

describe("serve", () => {
	it("keeps its counts when the runtime's copy takes the package's place, and back", async () => {
		const project = await Project.create();
		for (const [at, runtime] of ["package", "copied", "package"].entries()) {
			const named = `  name: quick\n  runtime: ${runtime}\n`;
			await project.write(
				"counters.yaml",
				quickConfig.replace("  name: quick\n", named),
			);
			const { serve, url, get } = await startServe(project);
			await fetch(`${url}/increment/a`, { method: "POST" });
			expect(await get("/counters?read=exact")).toEqual({ a: at + 1 });
			await serve.stop();
		}
	});
});
