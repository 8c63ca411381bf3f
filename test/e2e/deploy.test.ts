import { describe, expect, it } from "vitest";
import { readAnswer } from "../support/answers.ts";
import {
	adminToken,
	Deploying,
	deployedOnce,
	withSecret,
} from "../support/deploying.ts";

const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/;

const deployed = deployedOnce();

describe("counter-gen deploy", () => {
	it("uploads what the configuration says", async () => {
		const on = await deployed();
		const [[id = ""] = []] = [...on.api.account.kv];
		expect(on.api.account.uploads).toEqual([
			expect.objectContaining({
				main_module: "index.js",
				compatibility_date: "2026-10-20",
				observability: { enabled: true },
				keep_bindings: ["secret_text", "secret_key"],
				code_update_strategy: { mode: "deferred", max_delay: 300 },
				bindings: [
					{
						name: "COUNTER_ADMIN_TOKEN",
						type: "secret_text",
						text: adminToken,
					},
					{ name: "KV", type: "kv_namespace", namespace_id: id },
					{
						name: "METRICS_DO",
						type: "durable_object_namespace",
						class_name: "Metrics",
					},
					{
						name: "VOTES_DO",
						type: "durable_object_namespace",
						class_name: "Votes",
					},
				],
				exports: {
					Metrics: { type: "durable-object", storage: "sqlite" },
					Votes: { type: "durable-object", storage: "sqlite" },
				},
			}),
		]);
		expect(on.api.account.uploads[0]).not.toHaveProperty("migrations");
	});

	it("keeps secret, KV and counts when it deploys again", async () => {
		const on = await deployed();
		const script = () => on.api.account.scripts.get("quick");
		Object.assign(script()?.classes.get("Metrics")?.data ?? {}, { signups: 7 });
		await on.project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");

		const { status, stdout } = await on.deploy();
		expect(status).toBe(0);
		expect(stdout).toMatch(
			/^deployed quick, version \S+\n {2}https:\S+\n {2}files: 2 written, 0 removed\n {2}objects may go on with the earlier code for up to five minutes\n$/,
		);
		const [, second] = on.api.account.uploads;
		expect(second?.bindings).toEqual(
			expect.arrayContaining([
				{ name: "COUNTER_ADMIN_TOKEN", type: "inherit" },
				{ name: "KV", type: "inherit" },
			]),
		);
		expect(script()?.secrets.get("COUNTER_ADMIN_TOKEN")).toBe(adminToken);
		expect(script()?.classes.get("Metrics")?.data).toEqual({ signups: 7 });
		expect(on.api.account.kv.size).toBe(1);
		expect(script()?.versions).toHaveLength(2);
	});

	it("sets another secret if it is told to, and says little with --quiet", async () => {
		const on = await deployed();
		const both = `${adminToken}, another-token-while-rotating`;
		const quiet = [...withSecret, "--quiet"];
		const { stderr, stdout } = await on.deploy(quiet, { ADMIN_TOKEN: both });
		expect(stderr).toBe("");
		expect(stdout).toContain("deployed quick");
		expect(
			on.api.account.scripts.get("quick")?.secrets.get("COUNTER_ADMIN_TOKEN"),
		).toBe(both);
	});

	it("answers one object with --json", async () => {
		const on = await Deploying.start();
		const { stdout } = await on.deploy([...withSecret, "--json"]);
		expect(readAnswer("Deployed", stdout)).toEqual({
			ok: true,
			diagnostics: [],
			warnings: [],
			dryRun: false,
			env: null,
			worker: "quick",
			urls: ["https://quick.example.workers.dev"],
			versionId: expect.stringMatching(uuid),
			written: expect.arrayContaining(["wrangler.toml"]),
			removed: [],
			classes: { created: ["Metrics", "Votes"], renamed: [], deleted: [] },
			kv: ["quick-kv"],
			tombstones: [],
		});
	});

	it("uploads nothing with --dry-run, and asks for no credentials", async () => {
		const on = await Deploying.start();
		const none = { CLOUDFLARE_API_TOKEN: "" };
		const { status, stdout, stderr } = await on.deploy(["--dry-run"], none);
		expect(status).toBe(0);
		expect(stdout).toMatch(
			/^quick can be bundled \(dry run: nothing was uploaded, and Cloudflare was not asked\)\n {2}files: \d+ written, 0 removed\n$/,
		);
		expect(stderr).toContain("env.METRICS_DO (Metrics)");
		expect(on.api.requests).toEqual([]);

		const json = await on.deploy(["--dry-run", "--json", ...withSecret], none);
		expect(JSON.parse(json.stdout)).toMatchObject({
			ok: true,
			dryRun: true,
			worker: "quick",
			urls: [],
			versionId: null,
			written: [],
		});
		expect(on.api.requests).toEqual([]);
	});

	it("takes --config and --out, and finds an only account by itself", async () => {
		const on = await Deploying.start();
		const config = await on.project.read("counters.yaml");
		await on.project.write("eu.yaml", config.replace("quick", "quick-eu"));
		const { status, stdout } = await on.deploy(
			[...withSecret, "--config", "eu.yaml", "--out", "eu"],
			{ CLOUDFLARE_ACCOUNT_ID: "" },
		);
		expect(status).toBe(0);
		expect(stdout).toContain("https://quick-eu.example.workers.dev");
		expect(await on.project.read("eu/wrangler.toml")).toContain("quick-eu");
	});
});
