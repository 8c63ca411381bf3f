import { tmpdir } from "node:os";
import { Agent, request } from "undici";
import { describe, expect, it } from "vitest";
import { Deploying, deployedOnce, withSecret } from "../support/deploying.ts";
import { Cli, cli, freePort, Program } from "../support/process.ts";
import { bin, Project } from "../support/project.ts";
import { shared, type Until } from "../support/shared.ts";

/** Adds these keys to the namespace at the root. */
async function withKeys(project: Project, ...keys: string[]): Promise<void> {
	const lines = keys.map((key) => `    ${key}\n`).join("");
	await project.edit("counters.yaml", "  metrics:\n", `  metrics:\n${lines}`);
}

async function start(
	project: Project,
	command: "dev" | "serve" = "serve",
	until?: Until,
) {
	const port = await freePort();
	const server = new Cli([command, "--port", String(port)], {
		cwd: project.dir,
		until,
	});
	await server.reports("Ctrl-C stops it");
	const url = `http://localhost:${port}`;
	const post = (path: string, token?: string) =>
		fetch(url + path, {
			method: "POST",
			headers: token ? { Authorization: `Bearer ${token}` } : {},
		});
	return { server, port, url, post };
}

/** A secret that `.dev.vars` holds. */
async function secretOf(project: Project, name: string): Promise<string> {
	const text = await project.read("generated/.dev.vars");
	return new RegExp(`^${name}=(\\S+)$`, "m").exec(text)?.[1] ?? "";
}

const closed = "access: { increment: token, read: token }";
const limited = "rateLimit: { limit: 3, period: 60 }";

/** Starts a project once: closed at the root, with rate limits elsewhere. */
const sharedServer = (command: "dev" | "serve") =>
	shared(async (until) => {
		const project = await Project.create({ until });
		await withKeys(project, closed);
		const config = await project.read("counters.yaml");
		const others = ["limited", "addressed"].map(
			(key) => `  ${key}:\n    ${limited}\n`,
		);
		await project.write("counters.yaml", config + others.join(""));
		return { project, ...(await start(project, command, until)) };
	});
const servers = { serve: sharedServer("serve"), dev: sharedServer("dev") };

describe.each(["serve", "dev"] as const)("%s", (command) => {
	it("asks for tokens that it wrote, and tells calls that send them", async () => {
		const { project, server, url, post } = servers[command]();
		const token = await secretOf(project, "COUNTER_TOKEN");
		const admin = await secretOf(project, "COUNTER_ADMIN_TOKEN");
		expect(token.length).toBeGreaterThan(20);
		expect(admin.length).toBeGreaterThan(20);
		expect(admin).not.toBe(token);
		for (const [given, status] of [
			[undefined, 401],
			["wrong", 401],
			[token, 200],
			[admin, 200],
		] as const)
			expect((await post("/increment/x", given)).status).toBe(status);
		expect((await post("/global/reset/x", token)).status).toBe(401);
		expect((await post("/votes/increment/agree")).status).toBe(200);
		expect((await fetch(`${url}/counters`)).status).toBe(401);

		const [, printed = ""] =
			/try it:\n((?: {4}.*\n)*)/.exec(server.stderr) ?? [];
		const calls = printed.trimEnd().split("\n");
		expect(calls).toHaveLength(4);
		const pasted = calls
			.slice(0, 3)
			.join("\n")
			.replaceAll("curl ", "curl -sf ");
		const shell = new Program("sh", ["-ec", pasted], { cwd: project.dir });
		const { status, stdout } = await shell.ended;
		expect(stdout).toContain('"counter":"signups"');
		expect(status).toBe(0);
		const { stderr } = server;
		expect(stderr).toContain("COUNTER_TOKEN in generated/.dev.vars");
		expect(stderr).not.toContain(token);
		expect(stderr.replace(`/-/#token=${admin}`, "")).not.toContain(admin);
	});

	it("keeps to a rate limit, of that namespace and of increments", async () => {
		const { url, post } = servers[command]();
		const statuses: number[] = [];
		// Two periods let six through, if one ends meanwhile.
		for (let n = 0; n < 7; n++)
			statuses.push((await post("/limited/increment/x")).status);
		expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
		expect(statuses).toContain(429);
		const refused = [
			await post("/limited/increments"),
			await post("/limited/increment/y"),
		];
		// A period may end here, too: it lets three through.
		for (const answer of refused.filter(({ status }) => status === 429))
			expect(answer.headers.get("Retry-After")).toBe("60");
		expect((await fetch(`${url}/limited/counters`)).status).toBe(200);
		for (let n = 0; n < 8; n++)
			expect((await post("/votes/increment/agree")).status).toBe(200);
	});
});

describe("serve", () => {
	it("says what a file that is there lacks, and leaves it as it is", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		const file = "COUNTER_ADMIN_TOKEN=mine\n";
		await project.write("generated/.dev.vars", file);
		await withKeys(project, closed);
		const { server, post } = await start(project);
		expect(server.stderr).toContain(
			"COUNTER_TOKEN is missing in generated/.dev.vars",
		);
		expect(await project.read("generated/.dev.vars")).toBe(file);
		const answer = await post("/increment/x", "mine");
		expect(answer.status).toBe(503);
		expect(await answer.text()).toContain("Set the secret COUNTER_TOKEN");
		expect((await post("/votes/increment/agree")).status).toBe(200);
	});

	it("tells calls that work as they are pasted, whatever the namespace takes", async () => {
		const names = "names: ^[a-z]+ '\\d{2}$";
		const project = await Project.create();
		await withKeys(project, names, "increment: { min: 5, max: 9 }");
		const { server } = await start(project);
		const calls = /try it:\n((?: {4}.*\n)*)/.exec(server.stderr)?.[1] ?? "";
		const [count = "", read = "", load = ""] = calls.split("\n");
		const counter = "a '11";
		expect(count).toContain(encodeURIComponent(counter).replace("'", "'\\''"));
		const program = `'${process.execPath}' '${bin}' load`;
		const pasted = [
			count.replace("curl ", "curl -sf "),
			read.replace("curl ", "curl -sf "),
			`${load.replace(/^.* load /, () => `${program} `)} --requests 20`,
		];
		const shell = new Program("sh", ["-ec", pasted.join("\n")], {
			cwd: project.dir,
		});
		const { status, stdout, stderr } = await shell.ended;
		expect(stdout).toContain(JSON.stringify({ counter, by: 5 }).slice(0, -1));
		expect(stdout).toContain(`global total of ${counter} rose by exactly 100`);
		expect({ status, stderr }).toMatchObject({ status: 0 });
	});

	it("gives each address its share of a rate limit, and none to a header that a client makes up", async () => {
		const { port } = servers.serve();
		const countFrom = async (localAddress: string, claimed: string) => {
			const dispatcher = new Agent({ localAddress });
			const { statusCode, body } = await request(
				`http://127.0.0.1:${port}/addressed/increment/x`,
				{
					method: "POST",
					headers: { "CF-Connecting-IP": claimed },
					dispatcher,
				},
			);
			await body.dump();
			await dispatcher.close();
			return statusCode;
		};
		const statuses: number[] = [];
		// Two periods let six through, if one ends meanwhile.
		for (let n = 0; n < 7; n++)
			statuses.push(await countFrom("127.0.0.1", `198.51.100.${n}`));
		expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
		expect(statuses).toContain(429);
		expect(await countFrom("127.0.0.2", "127.0.0.1")).toBe(200);
	});

	it("needs no secret where admin is none, and warns", async () => {
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"namespaces:",
			"defaults: { access: { admin: none } }\nnamespaces:",
		);
		const { server, post } = await start(project);
		expect(server.stderr).toContain("warning [open-admin]");
		expect(server.stderr).not.toContain("token:");
		await expect(project.read("generated/.dev.vars")).rejects.toThrow("ENOENT");
		expect((await post("/global/reset/x")).status).toBe(200);
	});

	it("is loaded with COUNTER_TOKEN, where there is no admin token", async () => {
		const { project, url } = servers.serve();
		const load = (env: Record<string, string>) =>
			cli(["load", url, "--requests", "40"], tmpdir(), env);
		const refused = await load({});
		expect(refused.status).toBe(2);
		expect(refused.stderr).toContain("[refused-by-server]");
		expect(refused.stderr).toContain("COUNTER_TOKEN");
		const token = await secretOf(project, "COUNTER_TOKEN");
		const { stdout, stderr, status } = await load({ COUNTER_TOKEN: token });
		expect(stderr).not.toContain("error");
		expect(stdout).toContain("verified: KV total of load-test rose by exactly");
		expect(status).toBe(0);
		expect(stdout + stderr).not.toContain(token);
	});
});

describe("deploy", () => {
	const deployed = deployedOnce();
	const token = "c0unter-token-of-the-tests";

	it("insists on the second secret where the configuration asks for it", async () => {
		const on = await Deploying.start();
		await withKeys(on.project, closed);
		const neither = await on.deploy();
		expect(neither.status).toBe(2);
		expect(neither.stderr).toContain(
			"error [secret-missing] The secrets COUNTER_ADMIN_TOKEN and COUNTER_TOKEN are not set",
		);
		expect(neither.stderr).toContain(
			"fix: npx --no -- counter-gen deploy --secret-from-env ADMIN_TOKEN --token-from-env TOKEN, where",
		);
		const one = await on.deploy(withSecret);
		expect(one.status).toBe(2);
		expect(one.stderr).toContain("The secret COUNTER_TOKEN is not set");
		expect(on.api.changes).toEqual([]);

		const both = [...withSecret, "--token-from-env", "TOKEN"];
		const short = await on.deploy(both, { TOKEN: "short" });
		expect(short.status).toBe(2);
		expect(short.stderr).toContain("no safe COUNTER_TOKEN");
		const done = await on.deploy(both, { TOKEN: token });
		expect(done.status).toBe(0);
		expect(done.stdout + done.stderr).not.toContain(token);
		const secrets = on.api.account.scripts.get("quick")?.secrets;
		expect([...(secrets?.keys() ?? [])].toSorted()).toEqual([
			"COUNTER_ADMIN_TOKEN",
			"COUNTER_TOKEN",
		]);
		expect(secrets?.get("COUNTER_TOKEN")).toBe(token);
		expect((await on.deploy()).status).toBe(0);
	});

	it("asks an older Worker for it once the configuration does", async () => {
		const on = await deployed();
		await withKeys(on.project, closed);
		const { status, stderr } = await on.deploy();
		expect(status).toBe(2);
		expect(stderr).toContain(
			"npx --no -- wrangler secret put COUNTER_TOKEN --config generated/wrangler.toml, then deploy again",
		);
		const changed = on.api.account.uploads.length;
		expect(changed).toBe(1);
	});

	it("asks for none where admin is none, and uploads rate limits", async () => {
		const on = await Deploying.start();
		await on.project.edit(
			"counters.yaml",
			"namespaces:",
			"defaults: { access: { admin: none } }\nnamespaces:",
		);
		await withKeys(on.project, limited);
		const { status, stderr } = await on.deploy();
		expect(stderr).toContain("warning [open-admin]");
		expect(status).toBe(0);
		expect(on.api.account.scripts.get("quick")?.secrets.size).toBe(0);
		expect(on.api.account.uploads[0]?.bindings).toContainEqual({
			type: "ratelimit",
			name: "METRICS_DO_RATE_LIMIT",
			namespace_id: expect.stringMatching(/^\d+$/),
			simple: { limit: 3, period: 60 },
		});
	});
});
