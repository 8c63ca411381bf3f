import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { Cli, cli, freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";

/** An address that others could reach this machine by. */
const outside = Object.values(networkInterfaces())
	.flatMap((all) => all ?? [])
	.find(({ family, internal }) => family === "IPv4" && !internal)?.address;

async function start(project: Project, argv: readonly string[]): Promise<Cli> {
	const server = new Cli(argv, { cwd: project.dir });
	await server.reports("Ctrl-C stops it");
	return server;
}

async function isReached(host: string, port: number): Promise<boolean> {
	const answer = await fetch(`http://${host}:${port}/increment/x`, {
		method: "POST",
	}).catch(() => undefined);
	return answer?.status === 200;
}

describe("counter-gen serve --host", () => {
	it.skipIf(!outside)("is reached from outside if told so", async () => {
		const project = await Project.create();
		const port = await freePort();
		const argv = ["serve", "--port", String(port)];
		const hidden = await start(project, argv);
		expect(await isReached(outside ?? "", port)).toBe(false);
		await hidden.stop();

		const open = await start(project, [...argv, "--host", "0.0.0.0"]);
		expect(open.stderr).toContain(`metrics      http://localhost:${port}\n`);
		expect(await isReached("127.0.0.1", port)).toBe(true);
		expect(await isReached(outside ?? "", port)).toBe(true);
	});

	it("takes IPv6", async () => {
		const project = await Project.create();
		const port = await freePort();
		await start(project, ["serve", "--port", String(port), "--host", "::1"]);
		expect(await isReached("[::1]", port)).toBe(true);
	});

	it.each(["dev", "serve"])("refuses what is no address: %s", async (name) => {
		const project = await Project.create();
		const { status, stderr } = await cli(
			[name, "--host", "203.0.113.7"],
			project.dir,
		);
		expect(status).toBe(2);
		expect(stderr).toContain("[invalid-host] 203.0.113.7 is no address");
	});
});

describe("the link to the dashboard that serve prints", () => {
	it.each([
		["127.0.0.1", "/-/#token=a%2Bb%3D"],
		["0.0.0.0", "/-/"],
	])("with --host %s ends in %s", async (host, end) => {
		const project = await Project.create();
		await mkdir(project.path("generated"));
		await project.write(
			"generated/.dev.vars",
			"COUNTER_ADMIN_TOKEN=a+b=,former\n",
		);
		const port = await freePort();
		const argv = ["serve", "--port", String(port), "--host", host];
		const { stderr } = await start(project, argv);
		expect(stderr).toContain(
			`  dashboard:\n    http://localhost:${port}${end}\n`,
		);
		expect(stderr).not.toContain("former");
	});

	it("is not there without the page", async () => {
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"name: quick",
			"name: quick\n  dashboard: false",
		);
		const argv = ["serve", "--port", String(await freePort())];
		const { stderr } = await start(project, argv);
		expect(stderr).not.toContain("dashboard");
	});
});

describe("counter-gen dev --", () => {
	it("listens where the words for wrangler say, and says so", async () => {
		const project = await Project.create();
		const port = await freePort();
		const words = ["--ip=0.0.0.0", "--port", String(port)];
		const dev = await start(project, ["dev", "--", ...words]);
		expect(dev.stderr).toContain(`    http://localhost:${port}/-/\n`);
		expect(dev.stderr).not.toContain(await project.token());
		expect(await isReached("127.0.0.1", port)).toBe(true);
		if (outside) expect(await isReached(outside, port)).toBe(true);
	});

	it("takes an environment, and keeps its counts where it is told to", async () => {
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"namespaces:",
			"environments: { staging: { namespaces: { metrics: { mount: /staged } } } }\nnamespaces:",
		);
		const port = await freePort();
		const words = ["--persist-to", "../kept", "-e", "staging"];
		const options = ["--host", "127.0.0.1", "--port", String(port)];
		const dev = await start(project, ["dev", ...options, "--", ...words]);
		const url = `http://localhost:${port}/staged`;
		expect(dev.stderr).toContain(`metrics      ${url}\n`);
		expect(dev.stderr).toContain(
			`    http://localhost:${port}/-/#token=${await project.token()}\n`,
		);
		const { status } = await fetch(`${url}/increment/x`, { method: "POST" });
		expect(status).toBe(200);
		expect(await readdir(project.path("kept"))).toContain("v3");
		expect(existsSync(project.path("generated/.wrangler/staging"))).toBe(false);
	});
});
