import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { stringify } from "yaml";
import { Cli, cli, freePort } from "../support/process.ts";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

/** A key of each kind, as a user may write them. */
const wrangler = {
	account_id: "0".repeat(32),
	workers_dev: false,
	routes: [
		{ pattern: "count.example.com", custom_domain: true },
		"example.com/count/*",
	],
	compatibility_flags: ["global_fetch_strictly_public"],
	observability: { head_sampling_rate: 0.5, traces: { enabled: true } },
	vars: { GREETING: 'hé "llo"\nyou', LIMITS: { max: [1, { deep: true }] } },
	services: [{ binding: "AUTH", service: "auth" }],
	d1_databases: [
		{ binding: "DB", database_name: "shop", database_id: "shop-id" },
	],
	kv_namespaces: [{ binding: "SESSIONS", id: "1".repeat(32) }],
	r2_buckets: [{ binding: "FILES", bucket_name: "shop-files" }],
	queues: {
		producers: [{ binding: "JOBS", queue: "jobs" }],
		consumers: [{ queue: "jobs", max_batch_size: 10 }],
	},
	durable_objects: {
		bindings: [{ name: "ROOMS", class_name: "Room", script_name: "chat" }],
	},
	workflows: [
		{ name: "tidy", binding: "TIDY", class_name: "Tidy", script_name: "tidy" },
	],
	ratelimits: [
		{ name: "LOGIN", namespace_id: "1001", simple: { limit: 5, period: 60 } },
	],
	secrets: { required: ["STRIPE_KEY"] },
	triggers: { crons: ["0 3 * * *"] },
	placement: { mode: "smart" },
	limits: { cpu_ms: 50 },
	ai: { binding: "AI" },
	define: { VERSION: '"1"' },
	tail_consumers: [{ service: "logs" }],
	keep_vars: true,
	send_metrics: false,
};

async function projectWith(environments: object): Promise<Project> {
	const project = await Project.create();
	const namespaces = { visits: { rateLimit: { limit: 5, period: 10 } } };
	const file = { version: 1, wrangler, namespaces, environments };
	await project.write("counters.yaml", stringify(file));
	return project;
}

describe("what `wrangler` says", () => {
	it("is taken by wrangler without a warning, in environments too", async () => {
		const project = await projectWith({
			staging: {},
			production: { wrangler: { routes: ["example.com/*"] } },
		});
		for (const args of [[], ["--env", "staging"], ["--env", "production"]]) {
			const run = await cli(["deploy", "--dry-run", ...args], project.dir);
			expect(run.stderr).toContain("env.GREETING");
			expect(run.stderr).not.toMatch(/warning|error|inherit|unexpected/i);
			expect(run.status).toBe(0);
		}
	});

	it("is in an environment as the file has it, whatever wrangler inherits", async () => {
		const own = {
			vars: { GREETING: "staging" },
			limits: { subrequests: 10 },
			services: [],
			workers_dev: true,
		};
		const project = await projectWith({ staging: { wrangler: own } });
		await cli(["generate"], project.dir);
		const config = project.path("generated/wrangler.toml");
		const { routes, queues, keep_vars, send_metrics, ...inherited } = wrangler;
		const bindings = [{ name: "VISITS_DO", class_name: "Visits" }];
		expect(unstable_readConfig({ config, env: "staging" })).toMatchObject({
			...inherited,
			...own,
			vars: { GREETING: "staging", LIMITS: wrangler.vars.LIMITS },
			limits: { cpu_ms: 50, subrequests: 10 },
			observability: { enabled: true, head_sampling_rate: 0.5 },
			kv_namespaces: [{ binding: "KV" }, ...wrangler.kv_namespaces],
			durable_objects: {
				bindings: [...bindings, ...wrangler.durable_objects.bindings],
			},
			ratelimits: [{ name: "VISITS_DO_RATE_LIMIT" }, ...wrangler.ratelimits],
			secrets: { required: ["COUNTER_ADMIN_TOKEN", "STRIPE_KEY"] },
			// The Worker that is deployed last would take these from the other.
			routes: [],
			queues: { producers: queues.producers, consumers: [] },
		});
		expect(unstable_readConfig({ config, env: "" })).toMatchObject({
			routes,
			queues,
			keep_vars,
			send_metrics,
		});
	});

	it("would else be inherited by wrangler in part only", async () => {
		const project = await Project.create();
		const top = {
			routes: ["example.com/*"],
			limits: { cpu_ms: 50 },
			triggers: { crons: ["0 3 * * *"] },
			vars: { GREETING: "hello" },
			services: [{ binding: "AUTH", service: "auth" }],
		};
		const plain = { name: "a", ...top, env: { staging: {} } };
		await project.write("wrangler.json", JSON.stringify(plain));
		const config = project.path("wrangler.json");
		const staging = unstable_readConfig({ config, env: "staging" });
		expect(staging).toMatchObject({
			routes: top.routes,
			limits: top.limits,
			triggers: top.triggers,
			services: [],
		});
		expect(staging.vars).toEqual({});
	});
});

/** The runtime with a route that shows what is in `env`. */
const showingEnv = `
import { counterWorker as worker } from "${root}dist/runtime/index.js";
export * from "${root}dist/runtime/index.js";
export const counterWorker = (options) =>
	worker(options).get("/env", ({ env }) =>
		Response.json({ ...env, hasDatabase: "DB" in env }));
`;

describe("variables, flags and secrets under `wrangler`", () => {
	it.each(["dev", "serve"])("are in env of %s", async (command) => {
		const project = await Project.create();
		await project.write("runtime.ts", showingEnv);
		const { vars, d1_databases, ratelimits } = wrangler;
		const file = {
			version: 1,
			wrangler: {
				vars: { ...vars, CONTROL: "\u0001\\u0001" },
				d1_databases,
				ratelimits,
				secrets: { required: ["STRIPE_KEY"] },
				alias: { "counter-gen/runtime": project.path("runtime.ts") },
			},
			namespaces: { visits: {} },
		};
		await project.write("counters.yaml", stringify(file));
		await cli(["generate"], project.dir);
		const secrets = "COUNTER_ADMIN_TOKEN=0123456789abcdef\nSTRIPE_KEY=sk_1\n";
		await project.write("generated/.dev.vars", secrets);

		const port = await freePort();
		const server = new Cli([command, "--port", String(port)], {
			cwd: project.dir,
		});
		await server.reports("Ctrl-C stops it");
		const url = `http://localhost:${port}`;
		const env = await (await fetch(`${url}/env`)).json();
		expect(env).toMatchObject({
			...file.wrangler.vars,
			STRIPE_KEY: "sk_1",
			LOGIN: {},
			hasDatabase: command === "dev",
		});
		const counted = await fetch(`${url}/visits/increment/a`, {
			method: "POST",
		});
		expect(counted.status).toBe(200);
		const warned = /plain workerd has no `env.DB` \(d1_databases\)\n/;
		if (command === "serve") expect(server.stderr).toMatch(warned);
		else expect(server.stderr).not.toMatch(/warning/i);
	});

	it("are named by serve where .dev.vars lacks a secret", async () => {
		const project = await Project.create();
		const required = ["STRIPE_KEY", "MAIL_KEY"];
		const file = {
			version: 1,
			wrangler: { secrets: { required } },
			namespaces: { visits: {} },
		};
		await project.write("counters.yaml", stringify(file));
		await cli(["generate"], project.dir);
		const secrets = "COUNTER_ADMIN_TOKEN=0123456789abcdef\nMAIL_KEY=m_1\n";
		await project.write("generated/.dev.vars", secrets);
		const { serve } = await startServe(project);
		expect(serve.stderr).toContain(
			"STRIPE_KEY is missing in generated/.dev.vars, and env.STRIPE_KEY is undefined: add a line STRIPE_KEY=…, and start again\n",
		);
		expect(serve.stderr).not.toContain("MAIL_KEY");
	});
});
