import { describe, expect, it } from "vitest";
import { Deploying, deployedOnce, withSecret } from "../support/deploying.ts";

/** The Durable Object classes of a deployed Worker, with what they hold. */
function classes({ api }: Deploying, worker = "quick"): object {
	const script = api.account.scripts.get(worker);
	return Object.fromEntries(
		[...(script?.classes ?? [])].map(([name, { data }]) => [name, data]),
	);
}

const once = deployedOnce();

/** A project that was deployed, with votes on Cloudflare. */
async function deployed(): Promise<Deploying> {
	const on = await once();
	const script = on.api.account.scripts.get("quick");
	Object.assign(script?.classes.get("Votes") ?? {}, { data: { agree: 3 } });
	return on;
}

async function answer(on: Deploying, ...options: string[]) {
	const { status, stdout } = await on.deploy(["--json", ...options]);
	return { status, ...JSON.parse(stdout) };
}

/** Leaves the class of votes there, and takes its binding from the version. */
function unbind(on: Deploying): void {
	const script = on.api.account.scripts.get("quick");
	if (script)
		script.bindings = script.bindings.filter(
			(one) => one.class_name !== "Votes",
		);
}

const nothing = { created: [], renamed: [], deleted: [] };
const renaming = [
	"  votes:",
	"  polls:\n    renamedFrom: votes\n    mount: /votes",
] as const;

describe("counter-gen deploy, over the life of a namespace", () => {
	it("renames its class with its counts, once", async () => {
		const on = await deployed();
		await on.project.edit("counters.yaml", ...renaming);
		expect(await answer(on)).toMatchObject({
			ok: true,
			classes: {
				created: [],
				renamed: [{ from: "Votes", to: "Polls" }],
				deleted: [],
			},
			tombstones: [],
		});
		expect(classes(on)).toEqual({ Metrics: {}, Polls: { agree: 3 } });
		expect(await answer(on)).toMatchObject({
			ok: true,
			classes: nothing,
			tombstones: ["Votes"],
			written: [],
		});
		expect(classes(on)).toEqual({ Metrics: {}, Polls: { agree: 3 } });
	});

	it("refuses to leave out one that Cloudflare has, until the file says more", async () => {
		const on = await deployed();
		await on.project.edit("counters.yaml", "  votes:", "  polls:");
		on.api.requests.length = 0;
		const { status, stderr } = await on.deploy();
		expect(status).toBe(2);
		expect(stderr).toContain("error [namespace-dropped] The namespace `votes`");
		expect(stderr).toContain("Cloudflare has its class Votes");
		expect(stderr).toContain("\n    polls:\n      renamedFrom: votes\n");
		expect(stderr).toContain("\n    removed: [votes]\n");
		expect(on.api.changes).toEqual([]);

		await on.project.edit(
			"counters.yaml",
			"  polls:",
			"  polls:\n    renamedFrom: votes",
		);
		expect(await answer(on)).toMatchObject({
			ok: true,
			classes: { ...nothing, renamed: [{ from: "Votes", to: "Polls" }] },
		});
		expect(classes(on)).toEqual({ Metrics: {}, Polls: { agree: 3 } });
	});

	it("refuses to leave one out if Cloudflare cannot be asked", async () => {
		const on = await deployed();
		await on.project.edit("counters.yaml", "  votes:", "  polls:");
		on.api.requests.length = 0;
		on.api.fail("GET", /\/versions\//, 403, 10);
		const { status, stderr } = await on.deploy();
		expect(status).toBe(2);
		expect(stderr).toContain("error [namespace-dropped] The namespace `votes`");
		expect(stderr).toContain("Cloudflare could not be asked");
		expect(on.api.changes).toEqual([]);
	});

	it("explains in the same words that Cloudflare refused to leave one out", async () => {
		const on = await deployed();
		await on.project.edit("counters.yaml", "  votes:", "  polls:");
		unbind(on);
		const { status, stderr } = await on.deploy();
		expect(status).toBe(1);
		expect(stderr).toContain("[orphaned_provisioned_namespace] class 'Votes'");
		expect(stderr).toContain("error [namespace-dropped] The namespace `votes`");
		expect(stderr).toContain("Cloudflare has its class Votes");
		expect(stderr).toContain("\n    polls:\n      renamedFrom: votes\n");
		expect(classes(on)).toEqual({ Metrics: {}, Votes: { agree: 3 } });
	});

	it("is free to leave out what was never deployed", async () => {
		const on = await Deploying.start();
		await on.deploy(["--dry-run"]);
		await on.project.edit("counters.yaml", "  votes:", "  polls:");
		const first = await answer(on, ...withSecret);
		expect(first).toMatchObject({
			ok: true,
			warnings: [{ code: "namespace-dropped" }],
			classes: { ...nothing, created: ["Metrics", "Polls"] },
		});
		// Nor later, when the Worker is there.
		await on.project.edit(
			"counters.yaml",
			"  polls:",
			"  ballots:\n    renamedFrom: polls",
		);
		expect(await answer(on)).toMatchObject({
			ok: true,
			warnings: [{ code: "namespace-dropped" }],
			classes: { ...nothing, renamed: [{ from: "Polls", to: "Ballots" }] },
		});
	});

	it("deletes one only if that is confirmed", async () => {
		const on = await deployed();
		const config = await on.project.read("counters.yaml");
		const [kept = ""] = config.split("  votes:");
		await on.project.write("counters.yaml", `${kept}removed: [votes]\n`);
		on.api.requests.length = 0;
		const refused = await on.deploy();
		expect(refused.status).toBe(2);
		expect(refused.stderr).toContain("[deletion-not-confirmed]");
		expect(refused.stderr).toContain("Cloudflare has its class Votes");
		expect(refused.stderr).toContain("deploy --confirm votes");
		expect(on.api.changes).toEqual([]);
		expect(classes(on)).toEqual({ Metrics: {}, Votes: { agree: 3 } });

		expect(await answer(on, "--confirm", "votes")).toMatchObject({
			ok: true,
			classes: { created: [], renamed: [], deleted: ["Votes"] },
		});
		expect(classes(on)).toEqual({ Metrics: {} });

		const again = await on.deploy(["--confirm", "votes"]);
		expect(again.stdout).toContain(
			"not on Cloudflare, and may leave `removed` in counters.yaml: votes",
		);
		expect(await answer(on)).toMatchObject({ ok: true, classes: nothing });
		await on.project.write("counters.yaml", kept);
		const needless = await answer(on, "--confirm", "votes");
		expect(needless.status).toBe(2);
		expect(needless.diagnostics).toMatchObject([
			{ code: "nothing-to-confirm" },
		]);
		expect(await answer(on)).toMatchObject({ ok: true, tombstones: [] });
		expect(classes(on)).toEqual({ Metrics: {} });
	});

	it("asks no confirmation for one that was never deployed", async () => {
		const on = await Deploying.start();
		await on.deploy(["--dry-run"]);
		const config = await on.project.read("counters.yaml");
		const [kept = ""] = config.split("  votes:");
		await on.project.write("counters.yaml", `${kept}removed: [votes]\n`);
		expect(await answer(on, ...withSecret)).toMatchObject({
			ok: true,
			classes: { ...nothing, created: ["Metrics"] },
		});
		// Nor later, when the Worker is there.
		await on.project.write("counters.yaml", `${kept}  likes: {}\n`);
		await on.deploy(["--dry-run"]);
		const removed = `${kept}removed: [votes, likes]\n`;
		await on.project.write("counters.yaml", removed);
		const { stdout } = await on.deploy();
		expect(stdout).toContain(
			"not on Cloudflare, and may leave `removed` in counters.yaml: votes, likes\n",
		);
		expect(classes(on)).toEqual({ Metrics: {} });
	});

	it.each([
		[
			"cannot be asked",
			(on: Deploying) => on.api.fail("GET", /\/versions\//, 403, 10),
		],
		["has its class unbound", unbind],
	])("asks for one if Cloudflare %s", async (_, prepare) => {
		const on = await deployed();
		const config = await on.project.read("counters.yaml");
		const [kept = ""] = config.split("  votes:");
		await on.project.write("counters.yaml", `${kept}removed: [votes]\n`);
		prepare(on);
		const { status, stderr } = await on.deploy();
		expect(status).not.toBe(0);
		expect(stderr).toContain("error [deletion-not-confirmed]");
		expect(stderr).toContain("deploy --confirm votes");
		expect(classes(on)).toEqual({ Metrics: {}, Votes: { agree: 3 } });
	});

	it("loses nothing if the line `removed` is taken out too early", async () => {
		const on = await deployed();
		const config = await on.project.read("counters.yaml");
		const [kept = ""] = config.split("  votes:");
		await on.project.write("counters.yaml", `${kept}removed: [votes]\n`);
		expect((await on.deploy(["--dry-run", "--confirm", "votes"])).status).toBe(
			0,
		);
		await on.project.write("counters.yaml", kept);
		const early = await answer(on);
		expect(early.status).not.toBe(0);
		expect(early.diagnostics[0].what).toContain("Votes");
		expect(early.diagnostics[0].fix).toContain("removed");
		expect(classes(on)).toEqual({ Metrics: {}, Votes: { agree: 3 } });
	});
});

describe("counter-gen deploy --env", () => {
	it("deploys a Worker of its own, and leaves the others alone", async () => {
		const on = await deployed();
		await on.project.edit(
			"counters.yaml",
			"namespaces:",
			"environments: { staging: { namespaces: { metrics: { shardCount: 1 } } } }\nnamespaces:",
		);
		const first = await answer(on, "--env", "staging");
		expect(first).toMatchObject({
			status: 2,
			diagnostics: [{ code: "secret-missing" }],
		});
		expect(on.api.account.scripts.has("quick-staging")).toBe(false);

		expect(await answer(on, "--env", "staging", ...withSecret)).toMatchObject({
			ok: true,
			env: "staging",
			worker: "quick-staging",
			classes: { created: ["Metrics", "Votes"], renamed: [], deleted: [] },
			kv: ["quick-staging-kv"],
		});
		await on.project.edit("counters.yaml", ...renaming);
		await answer(on, "--env", "staging");
		expect(classes(on, "quick-staging")).toEqual({ Metrics: {}, Polls: {} });
		expect(classes(on)).toEqual({ Metrics: {}, Votes: { agree: 3 } });
	});

	it("leaves out what only another environment has, and renames it there", async () => {
		const on = await deployed();
		await on.project.edit(
			"counters.yaml",
			"namespaces:",
			"environments: { staging: {} }\nnamespaces:",
		);
		await on.project.edit("counters.yaml", "  votes:", "  polls:");
		expect(await answer(on, "--env", "staging", ...withSecret)).toMatchObject({
			ok: true,
			classes: { ...nothing, created: ["Metrics", "Polls"] },
		});
		expect(await answer(on)).toMatchObject({
			status: 2,
			diagnostics: [{ code: "namespace-dropped" }],
		});
		await on.project.edit(
			"counters.yaml",
			"  polls:",
			"  polls:\n    renamedFrom: votes",
		);
		expect(await answer(on)).toMatchObject({
			ok: true,
			classes: { ...nothing, renamed: [{ from: "Votes", to: "Polls" }] },
		});
		expect(await answer(on, "--env", "staging")).toMatchObject({
			ok: true,
			classes: nothing,
		});
		expect(classes(on)).toEqual({ Metrics: {}, Polls: { agree: 3 } });
	});
});
