import { mkdir, rename, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import {
	Cli,
	cli,
	descendants,
	eventually,
	freePort,
	running,
} from "../support/process.ts";
import { Project } from "../support/project.ts";
import { shared, type Until } from "../support/shared.ts";

type Counters = Record<string, number>;

async function startDev(
	project: Project,
	options: readonly string[] = [],
	until?: Until,
) {
	const port = await freePort();
	const dev = new Cli(["dev", "--port", String(port), ...options], {
		cwd: project.dir,
		until,
	});
	await dev.reports("Ctrl-C stops it");
	const url = `http://localhost:${port}`;
	const headers = { Authorization: `Bearer ${await project.token()}` };
	const get = async <T>(path: string): Promise<T> =>
		(await fetch(url + path, { headers })).json() as Promise<T>;
	return { dev, url, get };
}

/** Follows a project; each test leaves its configuration as it was. */
const following = shared(async (until) => {
	const project = await Project.create({ until });
	return { project, ...(await startDev(project, [], until)) };
});

describe("counter-gen dev", () => {
	it("serves what the configuration says, and follows it", async () => {
		const project = await Project.create();
		const { dev, url, get } = await startDev(project);
		expect(dev.stderr).toContain(`curl -X POST ${url}/increment/signups`);
		expect(dev.stderr).toContain("COUNTER_ADMIN_TOKEN in generated/.dev.vars");
		expect(dev.stdout).toBe("");

		const answer = await fetch(`${url}/increment/signups`, { method: "POST" });
		expect(await answer.json()).toMatchObject({ counter: "signups", by: 1 });
		const total = await eventually(
			() => get<Counters>("/global/counters"),
			({ signups }) => signups === 1,
		);
		expect(total).toEqual({ signups: 1 });
		const published = await eventually(
			() => get<Counters>("/counters"),
			({ signups }) => signups === 1,
		);
		expect(published).toEqual({ signups: 1 });

		const load = await cli(
			["load", url, "--requests", "200", "--concurrency", "8"],
			project.dir,
		);
		expect(load.stderr).not.toContain("error");
		expect(load.stdout).toContain(
			"verified: global total of load-test rose by exactly 200",
		);
		expect(load.status).toBe(0);

		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		const shards = await eventually(
			() => get<Counters[]>("/global/shards"),
			({ length }) => length === 3,
		);
		expect(shards).toHaveLength(3);

		await project.edit("counters.yaml", "shardCount: 3", "shardCount: lots");
		await dev.reports("the last good version keeps running");
		expect(dev.stderr).toContain("counters.yaml:8:17");
		expect(dev.stderr).toContain("> 8 |     shardCount: lots");
		expect(await get<Counters>("/global/counters")).toMatchObject({
			signups: 1,
			"load-test": 200,
		});

		await project.edit("counters.yaml", "lots", "2\n    writeLog: 1");
		const writes = await eventually(
			async () => {
				await fetch(`${url}/increment/signups`, { method: "POST" });
				return get<unknown[]>("/global/writes");
			},
			({ length }) => length === 1,
		);
		expect(writes).toHaveLength(1);
	});

	it("goes on following a file that is replaced, removed and put back", async () => {
		const { project, get } = following();
		const shards = () => get<Counters[]>("/global/shards");
		const config = await project.read("counters.yaml");
		const replace = async (count: number) => {
			await project.write(
				"new.yaml",
				config.replace("shardCount: 2", `shardCount: ${count}`),
			);
			await rename(project.path("new.yaml"), project.path("counters.yaml"));
		};
		await project.write("counters.yaml", `${config}# saved in place`);
		await replace(3);
		await replace(4);
		expect(await eventually(shards, ({ length }) => length === 4)).toHaveLength(
			4,
		);
		await rm(project.path("counters.yaml"));
		await replace(5);
		expect(await eventually(shards, ({ length }) => length === 5)).toHaveLength(
			5,
		);
		await project.write("counters.yaml", config);
		expect(await eventually(shards, ({ length }) => length === 2)).toHaveLength(
			2,
		);
	});

	it("forgets a namespace that was typed wrong for a moment, and no other", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		const { dev } = await startDev(project);
		await project.edit("counters.yaml", "  votes:", "  pol: {}\n  votes:");
		await dev.reports("pol: new");
		await project.edit("counters.yaml", "  pol: {}", "  polls: {}");
		await dev.reports("polls: new");
		expect(dev.stderr).not.toContain("error [");
		const lock = JSON.parse(await project.read("counters.lock.json"));
		expect(Object.keys(lock.namespaces)).toEqual(["metrics", "polls", "votes"]);
		await project.edit("counters.yaml", "  votes:", "  ballots:");
		await dev.reports("[namespace-dropped]");
	});

	it("follows renames, there and back, without a failure", async () => {
		const project = await Project.create();
		const { dev, url } = await startDev(project);
		const config = await project.read("counters.yaml");
		for (const [key, from] of [
			["polls", "votes"],
			["votes", "polls"],
			["polls", "votes"],
		]) {
			const renamed = `  ${key}:\n    renamedFrom: ${from}\n`;
			await project.write(
				"counters.yaml",
				config.replace("  votes:\n", renamed),
			);
			// While wrangler is ended, nothing answers.
			const count = () =>
				fetch(`${url}/${key}/increment/agree`, { method: "POST" }).then(
					({ status }) => status,
					() => 0,
				);
			expect(await eventually(count, (status) => status === 200)).toBe(200);
		}
		expect(dev.stderr).not.toContain("ERROR");
		expect(await dev.stop()).toMatchObject({ status: 0 });
	});

	it("counts once where the code is minified, as a deploy uploads it", async () => {
		const project = await Project.create();
		const { dev, url, get } = await startDev(project, ["--", "--minify"]);
		const count = () =>
			fetch(`${url}/increment/signups`, {
				method: "POST",
				headers: { "Idempotency-Key": "once" },
			}).then(({ status }) => status);
		expect([await count(), await count()]).toEqual([200, 200]);
		const exact = await get<Counters>("/counters?read=exact");
		expect(exact).toEqual({ signups: 1 });
		const refused = await fetch(`${url}/increment/no%20name`, {
			method: "POST",
		});
		expect(await refused.json()).toMatchObject({ status: 400 });
		expect(await dev.stop()).toMatchObject({ status: 0 });
	});

	it("starts though the port of wrangler's inspector is taken", async () => {
		const inspector = createServer();
		const port = await new Promise<number>((resolve) =>
			inspector.listen(0, "127.0.0.1", () =>
				resolve((inspector.address() as AddressInfo).port),
			),
		);
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"namespaces:",
			`wrangler: { dev: { inspector_port: ${port} } }\nnamespaces:`,
		);
		const { dev, url } = await startDev(project);
		expect(dev.stderr).toContain("starting again with any that is free");
		const counted = await fetch(`${url}/increment/signups`, { method: "POST" });
		expect(counted.status).toBe(200);
		expect(await dev.stop()).toMatchObject({ status: 0 });
		inspector.close();
	});

	it("runs an environment with --env", async () => {
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"namespaces:",
			"environments: { staging: { namespaces: { metrics: { shardCount: 5 } } } }\nnamespaces:",
		);
		const staging = await startDev(project, ["--env", "staging"]);
		expect(await staging.get<Counters[]>("/global/shards")).toHaveLength(5);
		const count = await fetch(`${staging.url}/increment/there`);
		expect(count.status).toBe(200);
		const there = () => staging.get<Counters>("/counters");
		expect(await eventually(there, (all) => all.there === 1)).toEqual({
			there: 1,
		});
		await staging.dev.stop();
		const top = await startDev(project);
		expect(await top.get<Counters>("/counters")).toEqual({});
	});

	it("recovers when an edited file is deleted, as it advises", async () => {
		const { project, dev, get } = following();
		const shards = () => get<Counters[]>("/global/shards");
		const config = await project.read("counters.yaml");
		await project.edit("generated/src/counters.ts", "class", "/**/ class");
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		await dev.reports("[edited-file]");
		await dev.reports("the last good version keeps running");
		await rm(project.path("generated/src/counters.ts"));
		expect(await eventually(shards, ({ length }) => length === 3)).toHaveLength(
			3,
		);
		await project.write("counters.yaml", config);
		expect(await eventually(shards, ({ length }) => length === 2)).toHaveLength(
			2,
		);
	});

	it("leaves no process behind after Ctrl-C, and the token file as it is", async () => {
		const project = await Project.create();
		const { dev } = await startDev(project);
		const secrets = await project.read("generated/.dev.vars");
		const started = await descendants(dev.pid);
		expect(started.length).toBeGreaterThan(1);
		const ended = await dev.stop();
		expect(ended.status).toBe(0);
		expect(await running(started)).toEqual([]);
		const shown = dev.stderr.replace(`/-/#token=${await project.token()}`, "");
		expect(shown).not.toContain(await project.token());

		const second = await startDev(project);
		expect(await project.read("generated/.dev.vars")).toBe(secrets);
		second.dev.signal("SIGTERM");
		expect((await second.dev.ended).status).toBe(0);
	});

	it("says which port is in use", async () => {
		const project = await Project.create();
		const port = await freePort();
		const server = createServer().listen(port, "127.0.0.1");
		const { status, stderr } = await cli(
			["dev", "--port", String(port)],
			project.dir,
		);
		server.close();
		expect(status).toBe(2);
		expect(stderr).toContain("[port-in-use]");
		expect(stderr).toContain(`--port ${port + 1}`);
	});

	it.each(["0", "65536", "http", "80.5"])("refuses --port %s", async (port) => {
		const project = await Project.create();
		const { status, stderr } = await cli(["dev", "--port", port], project.dir);
		expect(status).toBe(2);
		expect(stderr).toContain("[invalid-port]");
	});

	it("says which package is missing, and how to get it", async () => {
		const project = await Project.create({ packages: false });
		for (const command of ["dev", "serve"]) {
			const { status, stderr } = await cli([command], project.dir);
			expect(status).toBe(2);
			expect(stderr).toContain("[package-missing]");
			expect(stderr).toMatch(
				/npm install --save-dev wrangler@\^[\d.]+ counter-gen@[\d.]+\n/,
			);
		}
	});

	it("says that wrangler is too old", async () => {
		const project = await Project.create({ packages: false });
		for (const [name, version] of [
			["wrangler", "4.86.0"],
			["counter-gen", "0.1.0"],
		] as const) {
			await mkdir(project.path(`node_modules/${name}`), { recursive: true });
			await project.write(
				`node_modules/${name}/package.json`,
				JSON.stringify({
					name,
					version,
					exports: {
						"./package.json": "./package.json",
						"./runtime": "./x.js",
					},
				}),
			);
			await project.write(`node_modules/${name}/x.js`, "");
		}
		const { status, stderr } = await cli(["dev"], project.dir);
		expect(status).toBe(2);
		expect(stderr).toContain("[package-too-old] wrangler 4.86.0");
		expect(stderr).toMatch(/npm install --save-dev wrangler@\^[\d.]+\n/);
	});

	it("passes wrangler's own status and words on", async () => {
		const project = await Project.create();
		const port = String(await freePort());
		const { status, stderr } = await cli(
			["dev", "--port", port, "--", "--bogus"],
			project.dir,
		);
		expect(status).toBe(1);
		expect(stderr).toContain("bogus");
	});
});
