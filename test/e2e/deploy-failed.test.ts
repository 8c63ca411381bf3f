import { readFile, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { adminToken, Deploying, withSecret } from "../support/deploying.ts";
import { descendants, eventually, running } from "../support/process.ts";

const upload = /\/workers\/scripts\/quick$/;

/** A deploy that waits for Cloudflare to answer the upload. */
async function whileUploading() {
	const on = await Deploying.start();
	const uploading = on.api.hold("PUT", upload);
	const deploy = on.start(withSecret);
	await uploading;
	return { on, deploy, started: await descendants(deploy.pid) };
}

describe("counter-gen deploy, when it fails half way", () => {
	it("goes on at the next try where an error of the API left off", async () => {
		const on = await Deploying.start();
		// Wrangler tries three times.
		on.api.fail("PUT", upload, 500, 3);
		const failed = await on.deploy(withSecret);
		expect(failed.status).toBe(1);
		expect(failed.stderr).toContain("An unknown error has occurred");
		expect(failed.stderr).toContain(
			"error [wrangler-failed] Cloudflare's API answered with an error in the middle",
		);
		expect(failed.stderr).toContain(
			"Whether the upload took effect is not known",
		);
		expect(failed.stderr).toContain("quick-kv was created");
		expect(failed.stderr).not.toContain("Nothing was changed");
		expect(on.api.account.scripts.size).toBe(0);
		const [id] = on.api.account.kv.keys();

		// The KV namespace is there, but Cloudflare connects it with nothing.
		const again = await on.deploy(withSecret);
		expect(again.status).toBe(0);
		expect(again.stdout).toContain("classes created: Metrics, Votes");
		expect(again.stdout).not.toContain("KV namespace created");
		expect([...on.api.account.kv.keys()]).toEqual([id]);
		expect(on.api.account.scripts.get("quick")?.bindings).toContainEqual({
			name: "KV",
			type: "kv_namespace",
			namespace_id: id,
		});
	});

	it("takes over no KV namespace that holds something, unless told to", async () => {
		const on = await Deploying.start();
		const { kv } = on.api.account;
		kv.set("0123456789abcdef0123456789abcdef", {
			title: "quick-kv",
			values: { precious: "1" },
		});
		const refused = await on.deploy(withSecret);
		expect(refused.status).toBe(1);
		expect(refused.stderr).toContain("error [kv-exists]");
		expect(refused.stderr).toContain("(0123456789abcdef0123456789abcdef)");
		expect(on.api.account.scripts.size).toBe(0);

		await on.project.edit(
			"counters.yaml",
			"namespaces:",
			"kv:\n  id: 0123456789abcdef0123456789abcdef\nnamespaces:",
		);
		expect((await on.deploy(withSecret)).status).toBe(0);
		expect([...kv.values()]).toEqual([
			{ title: "quick-kv", values: { precious: "1" } },
		]);
	});

	it("says that the new version is live if only a later step failed", async () => {
		const on = await Deploying.start();
		on.api.fail("POST", /\/quick\/subdomain$/, 400);
		const { status, stderr } = await on.deploy(withSecret);
		expect(status).toBe(1);
		expect(stderr).toContain("error [wrangler-failed]");
		expect(stderr).toContain("The new version is live");
		expect(on.api.account.scripts.get("quick")?.versions).toHaveLength(1);
		expect((await on.deploy()).status).toBe(0);
	});

	it("explains a class that something else deployed to the Worker", async () => {
		const on = await Deploying.start();
		on.api.account.seed("quick", {
			Metrics: { storage: "sqlite", data: {} },
			Room: { storage: "sqlite", data: { precious: 1 } },
		});
		const before = on.api.account.scripts.get("quick")?.classes;
		const { status, stderr } = await on.deploy(withSecret);
		expect(status).toBe(1);
		expect(stderr).toContain("[orphaned_provisioned_namespace] class 'Room'");
		expect(stderr).toContain(
			"error [wrangler-failed] Cloudflare keeps counts or other data for the class Room,",
		);
		expect(stderr).toContain("The Worker was not changed.");
		expect(stderr).toContain("docs/migrations.md");
		expect(on.api.account.scripts.get("quick")?.classes).toBe(before);
	});

	it("explains a class with the legacy key-value storage", async () => {
		const on = await Deploying.start();
		on.api.account.seed("quick", {
			Metrics: { storage: "legacy-kv", data: { precious: 1 } },
		});
		const { status, stderr } = await on.deploy(withSecret);
		expect(status).toBe(1);
		expect(stderr).toContain(
			"error [wrangler-failed] Cloudflare keeps the class Metrics in the legacy",
		);
		expect(stderr).toContain("docs/migrations.md");
	});

	it("stops on Ctrl-C and leaves nothing behind", async () => {
		const { on, deploy, started } = await whileUploading();
		const commands = await Promise.all(
			started.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8")),
		);
		expect(commands.join()).not.toContain(adminToken);
		const file = /--secrets-file\0([^\0]+)/.exec(commands.join())?.[1] ?? "";
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		const ended = await deploy.stop();
		expect(ended.status).toBe(130);
		expect(ended.stderr).toContain("error [deploy-interrupted]");
		expect(ended.stderr).toContain("Whether the upload took effect");
		expect(await running(started)).toEqual([]);
		on.check(ended);
	});

	it("takes a wrangler that was killed for no success", async () => {
		const { on, deploy, started } = await whileUploading();
		// Its wrapper, which comes first, then ends with status 0, a newer one with 137.
		for (const pid of started.slice(1)) process.kill(pid, "SIGKILL");
		const ended = await deploy.ended;
		expect([1, 137]).toContain(ended.status);
		expect(ended.stdout).toBe("");
		expect(ended.stderr).toContain("error [wrangler-failed] wrangler deploy");
		on.check(ended);
	});

	it("leaves nothing behind after a second Ctrl-C, which does not wait", async () => {
		const { on, deploy, started } = await whileUploading();
		deploy.signal("SIGINT");
		deploy.signal("SIGTERM");
		const ended = await deploy.ended;
		expect(ended.status).toBe(130);
		expect(
			await eventually(
				() => running(started),
				(left) => left.length === 0,
			),
		).toEqual([]);
		on.check(ended);
	});
});
