import { expect, test } from "vitest";
import { adminToken, Deploying, withSecret } from "../../support/deploying.ts";

const uuid = /[0-9a-f]{8}-[0-9a-f-]{27}/;

test("deploy generates, provisions KV, sets the secret, and says where it is", async () => {
	const on = await Deploying.start();
	const { status, stdout, stderr } = await on.deploy(withSecret);
	expect(stderr).not.toContain("error");
	expect(status).toBe(0);
	expect(stdout).toMatch(
		new RegExp(
			`^deployed quick, version ${uuid.source}
  https://quick.example.workers.dev
  files: \\d written, 0 removed
  classes created: Metrics, Votes
  KV namespace created: quick-kv
$`,
		),
	);
	const script = on.api.account.scripts.get("quick");
	expect(script?.versions).toHaveLength(1);
	expect(stdout).toContain(script?.versions[0]);
	expect(script?.secrets).toEqual(
		new Map([["COUNTER_ADMIN_TOKEN", adminToken]]),
	);
	expect([...(script?.classes.keys() ?? [])]).toEqual(["Metrics", "Votes"]);
	expect(script?.reachable).toBe(true);
	expect(await on.project.read("counters.lock.json")).toContain(
		"wrangler.toml",
	);
	// Wrangler's own words, as they come.
	expect(stderr).toContain("Total Upload");
});
