import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { Deploying, withSecret } from "../support/deploying.ts";

const unchanged = "Nothing was changed on Cloudflare.";

describe("counter-gen deploy, before anything is uploaded", () => {
	it("insists on the admin secret for a new Worker", async () => {
		const on = await Deploying.start();
		const { status, stdout, stderr } = await on.deploy();
		expect(status).toBe(2);
		expect(stdout).toBe("");
		expect(stderr).toContain("error [secret-missing]");
		expect(stderr).toContain(unchanged);
		expect(stderr).toContain(
			"fix: npx --no -- counter-gen deploy --secret-from-env ADMIN_TOKEN, where",
		);
		expect(stderr).not.toContain("wrangler secret put");
		expect(on.api.changes).toEqual([]);
	});

	it("names both ways to set a secret that the Worker lacks", async () => {
		const on = await Deploying.start();
		on.api.account.seed("quick", {});
		const { status, stderr } = await on.deploy();
		expect(status).toBe(2);
		expect(stderr).toContain("error [secret-missing]");
		expect(stderr).toContain("deploy --secret-from-env ADMIN_TOKEN");
		expect(stderr).toContain(
			"npx --no -- wrangler secret put COUNTER_ADMIN_TOKEN --config generated/wrangler.toml",
		);
		expect(on.api.changes).toEqual([]);
	});

	it("insists on the variable that should hold the secret", async () => {
		const on = await Deploying.start();
		const { status, stderr } = await on.deploy(["--secret-from-env", "OTHER"]);
		expect(status).toBe(2);
		expect(stderr).toContain(
			"error [secret-not-in-env] The environment variable OTHER is not set",
		);
		expect(on.api.requests).toEqual([]);
		expect(await readdir(on.project.dir)).not.toContain("generated");
	});

	it("says what to do about a wrong token", async () => {
		const on = await Deploying.start();
		const { status, stderr } = await on.deploy(withSecret, {
			CLOUDFLARE_API_TOKEN: "a-token-that-is-wrong",
		});
		expect(status).toBe(1);
		expect(stderr).toContain("Authentication error [code: 10000]");
		expect(stderr).toContain(
			"error [wrangler-failed] Cloudflare does not take",
		);
		expect(stderr).toContain(unchanged);
		expect(stderr).toContain("Set CLOUDFLARE_API_TOKEN");
		expect(on.api.changes).toEqual([]);
	});

	it("says how to log in", async () => {
		const on = await Deploying.start();
		const { status, stdout } = await on.deploy([...withSecret, "--json"], {
			CLOUDFLARE_API_TOKEN: "",
		});
		expect(status).toBe(1);
		expect(JSON.parse(stdout)).toEqual({
			ok: false,
			diagnostics: [
				{
					code: "wrangler-failed",
					what: "wrangler has no credentials for Cloudflare",
					why: unchanged,
					fix: expect.stringContaining("npx --no -- wrangler login"),
				},
			],
			warnings: [],
		});
	});

	it("says that the API cannot be reached", async () => {
		const on = await Deploying.start();
		on.api.stop();
		const { status, stderr } = await on.deploy([...withSecret, "--quiet"]);
		expect(status).toBe(1);
		expect(stderr).toContain("fetch failed");
		expect(stderr).toContain(
			"error [wrangler-failed] Cloudflare's API could not be reached",
		);
		expect(stderr).toContain(unchanged);
	});

	it("refuses files that were edited, like generate", async () => {
		const on = await Deploying.start();
		await on.deploy(["--dry-run"]);
		await on.project.edit(
			"generated/wrangler.toml",
			"enabled = true",
			"enabled = false",
		);
		const edited = await on.deploy(withSecret);
		expect(edited.status).toBe(2);
		expect(edited.stderr).toContain("error [edited-file]");
		expect(on.api.requests).toEqual([]);
	});

	it("refuses a confirmation of nothing", async () => {
		const on = await Deploying.start();
		const { status, stderr } = await on.deploy([
			...withSecret,
			"--confirm",
			"votes",
		]);
		expect(status).toBe(2);
		expect(stderr).toContain("error [nothing-to-confirm] --confirm votes");
		expect(stderr).toContain(
			"fix: npx --no -- counter-gen deploy --secret-from-env ADMIN_TOKEN\n",
		);
		expect(on.api.requests).toEqual([]);
	});
});
