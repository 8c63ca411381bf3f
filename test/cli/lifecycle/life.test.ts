import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import type { Finished } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";

/** A folder in which one configuration after another is generated. */
class Life {
	readonly cwd: string = temporaryDirectory();

	/** Generates from a file with this content below `version`. */
	generate(yaml: string, ...options: string[]): Promise<Finished> {
		writeFileSync(join(this.cwd, "counters.yaml"), `version: 1\n${yaml}`);
		return runCli(["generate", ...options], { cwd: this.cwd });
	}

	read(file: string): string {
		return readFileSync(join(this.cwd, file), "utf8");
	}

	// biome-ignore lint/suspicious/noExplicitAny: tests look into what they expect
	wrangler(folder = "generated"): any {
		return parse(this.read(`${folder}/wrangler.toml`));
	}

	lock(): { namespaces: object; environments?: object } {
		return JSON.parse(this.read("counters.lock.json"));
	}
}

const live = { type: "durable-object", storage: "sqlite" };

describe("a namespace that is gone from the file", () => {
	const dropping = "namespaces:\n  views: {}\n  polls: {}\n";

	/** A project that had `votes` before. */
	async function dropped(): Promise<Life> {
		const life = new Life();
		await life.generate("namespaces: { views: {}, votes: {} }");
		return life;
	}

	it("is a warning that shows the lines to write, each time", async () => {
		const life = await dropped();
		for (const options of [[], [], ["--check"]]) {
			const { status, stderr } = await life.generate(dropping, ...options);
			expect(status).toBe(0);
			expect(stderr).toContain("counters.yaml:2:1 warning [namespace-dropped]");
			expect(stderr).toContain("\n    polls:\n      renamedFrom: votes\n");
			expect(stderr).toContain("\n    removed: [votes]\n");
		}
		expect(life.wrangler().exports).toEqual({ Views: live, Polls: live });
		expect(life.lock().namespaces).toMatchObject({
			votes: { class: "Votes" },
			polls: { neverWith: ["votes"] },
		});
	});

	it.each([
		[
			"renamed",
			"polls: { renamedFrom: votes } }",
			{
				Polls: live,
				Votes: {
					type: "durable-object",
					state: "renamed",
					renamed_to: "Polls",
				},
			},
		],
		[
			"removed",
			"polls: {} }\nremoved: [votes]",
			{
				Polls: live,
				Votes: { type: "durable-object", state: "deleted" },
			},
		],
		["there again", "votes: {}, polls: {} }", { Polls: live, Votes: live }],
	])("may still be %s", async (_, yaml, exports) => {
		const life = await dropped();
		await life.generate(dropping);
		const last = `namespaces: { views: {}, ${yaml}`;
		const { status, stderr } = await life.generate(last);
		expect({ status, stderr }).toMatchObject({ status: 0 });
		expect(stderr).not.toContain("[namespace-dropped]");
		expect(life.wrangler().exports).toEqual({ Views: live, ...exports });
	});

	it("is forgotten with its entry in the lock", async () => {
		const life = await dropped();
		await life.generate(dropping);
		const lock = life.lock();
		Reflect.deleteProperty(lock.namespaces, "votes");
		writeFileSync(join(life.cwd, "counters.lock.json"), JSON.stringify(lock));
		const { status, stderr } = await life.generate(dropping);
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		expect(life.lock().namespaces).toEqual({
			views: expect.anything(),
			polls: expect.not.objectContaining({ neverWith: expect.anything() }),
		});
	});

	it("cannot become one that it was in the file with", async () => {
		const life = await dropped();
		await life.generate("namespaces: { views: {} }");
		const renamed = "namespaces: { views: { renamedFrom: votes } }";
		const { status, stderr } = await life.generate(renamed);
		expect(status).toBe(2);
		expect(stderr).toContain("[rename-onto-known]");
		// Nor after both came and went.
		await life.generate(dropping);
		await life.generate("namespaces: { votes: {}, polls: {} }");
		await life.generate("namespaces: { polls: {} }");
		expect(
			(await life.generate("namespaces: { polls: { renamedFrom: votes } }"))
				.stderr,
		).toContain("[rename-onto-known]");
	});

	it("leaves its KV key to another, but not its class to an old one", async () => {
		const life = await dropped();
		const { status } = await life.generate(
			"namespaces: { views: {}, polls: { kvPrefix: votes } }",
		);
		expect(status).toBe(0);
		const taken = await life.generate(
			"namespaces: { views: { class: Votes } }",
		);
		expect(taken.stderr).toContain("error [class-reused]");
	});

	it("may go back and forth before a deploy", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: { shardCount: 8 } }");
		await life.generate("namespaces: { polls: {} }");
		await life.generate("namespaces: { votes: {} }");
		const { status, stderr } = await life.generate(
			"namespaces: { polls: { renamedFrom: votes } }",
		);
		expect(status).toBe(0);
		expect(stderr).not.toContain("[namespace-dropped]");
		expect(life.wrangler().exports).toEqual({
			Polls: live,
			Votes: { type: "durable-object", state: "renamed", renamed_to: "Polls" },
		});
		expect(life.lock().namespaces).toMatchObject({
			polls: { shardCounts: [8, 2], earlierKvPrefixes: ["votes"] },
		});
	});

	it("goes on under its former key when a rename is undone", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: { shardCount: 8 } }");
		await life.generate("namespaces: { polls: { renamedFrom: votes } }");
		const { status, stderr } = await life.generate("namespaces: { votes: {} }");
		expect(status).toBe(0);
		expect(stderr).toContain("votes: was polls; its counts come along");
		expect(stderr).not.toContain("[namespace-dropped]");
		expect(life.wrangler().exports).toEqual({
			Polls: { type: "durable-object", state: "renamed", renamed_to: "Votes" },
			Votes: live,
		});
		expect(life.lock().namespaces).toMatchObject({
			votes: { shardCounts: [8, 2], earlierKeys: ["polls", "votes"] },
		});
	});

	it("is not given to two successors, nor two of them to one", async () => {
		const life = new Life();
		await life.generate("namespaces: { a: {}, b: {} }");
		const { stderr } = await life.generate("namespaces: { c: {} }");
		expect(stderr.match(/NEW_KEY:/g)).toHaveLength(2);
	});

	it("keeps its objects under a new key if it was renamed", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: { shardCount: 8 } }");
		const renamed = "namespaces: { polls: { renamedFrom: votes } }";
		const { status, stderr } = await life.generate(renamed);
		expect(status).toBe(0);
		expect(stderr).toContain("polls: was votes; its counts come along");
		const { exports } = life.wrangler();
		expect(exports).toEqual({
			Polls: live,
			Votes: { type: "durable-object", state: "renamed", renamed_to: "Polls" },
		});
		const code = life.read("generated/src/counters.ts");
		expect(code).toContain("readonly shardCounts = [8, 2]; // ever");
		expect(code).toContain('readonly earlierKvPrefixes = ["votes"];');
	});

	it("stays renamed once the line is gone", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: {} }");
		await life.generate("namespaces: { polls: { renamedFrom: votes } }");
		const before = life.read("generated/wrangler.toml");
		const { status, stderr } = await life.generate("namespaces: { polls: {} }");
		expect(status).toBe(0);
		expect(stderr).not.toContain("polls:");
		expect(life.read("generated/wrangler.toml")).toBe(before);
	});

	it("is deleted with its former classes if it was removed", async () => {
		const life = new Life();
		await life.generate("namespaces: { views: {}, votes: {} }");
		await life.generate("namespaces: { views: {}, votes: { class: Polls } }");
		const { status, stderr } = await life.generate(
			"namespaces: { views: {} }\nremoved: [votes]",
		);
		expect(status).toBe(0);
		expect(stderr).toContain("asks for --confirm votes");
		expect(life.wrangler().exports).toEqual({
			Views: live,
			Polls: { type: "durable-object", state: "deleted" },
			Votes: { type: "durable-object", state: "deleted" },
		});
		await life.generate("namespaces: { views: {} }");
		expect(life.wrangler().exports).toEqual({ Views: live });
		expect(life.lock().namespaces).toHaveProperty("votes.removed", true);
	});

	it("may come back, and is then no longer deleted", async () => {
		const life = new Life();
		await life.generate("namespaces: { views: {}, votes: {} }");
		await life.generate("namespaces: { views: {} }\nremoved: [votes]");
		const { status, stderr } = await life.generate(
			"namespaces: { views: {}, votes: {} }",
		);
		expect(status).toBe(0);
		expect(stderr).toContain("votes: is back.");
		expect(life.wrangler().exports).toEqual({ Views: live, Votes: live });
	});
});

describe("a changed name", () => {
	it("of a class keeps its objects", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: {} }");
		await life.generate("namespaces: { votes: { class: A } }");
		const { stderr } = await life.generate(
			"namespaces: { votes: { class: B } }",
		);
		expect(stderr).toContain("votes: class A -> B; the next deploy renames it");
		expect(life.wrangler().exports).toEqual({
			B: live,
			A: { type: "durable-object", state: "renamed", renamed_to: "B" },
			Votes: { type: "durable-object", state: "renamed", renamed_to: "B" },
		});
	});

	it("of a KV key, a binding, a mount says what follows", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: {} }");
		const { stderr } = await life.generate(
			"kv: { binding: TOTALS }\nnamespaces: { votes: { kvPrefix: polls, binding: POLLS, mount: /, shardCount: 1 } }",
		);
		for (const line of [
			"votes: KV key votes~counters -> polls~counters",
			"npx --no -- wrangler kv key delete --binding TOTALS --remote 'votes~counters' --config generated/wrangler.toml (with --env",
			"votes: binding VOTES_DO -> POLLS; code of yours that uses env.VOTES_DO must follow",
			"votes: mount /votes -> /; the URLs under /votes answer 404",
			"votes: shardCount 2 -> 1; the retired shards pass on what they hold",
		])
			expect(stderr).toContain(line);
	});

	it("of a mount says who has it now", async () => {
		const life = new Life();
		await life.generate("namespaces: { a: { mount: / }, b: {} }");
		const { stderr } = await life.generate(
			"namespaces: { a: { mount: /a }, b: { mount: / } }",
		);
		expect(stderr).toContain(
			"a: mount / -> /a; the URLs under / are those of b now",
		);
		expect(stderr).toContain("b: mount /b -> /; the URLs under /b answer 404");
	});

	it("stands in --json with what it was", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: {} }");
		const { stdout } = await life.generate(
			"namespaces: { votes: { shardCount: 3 } }",
			"--json",
		);
		expect(JSON.parse(stdout).namespaces).toEqual([
			{
				kind: "shardCount",
				key: "votes",
				from: 2,
				to: 3,
				text: "votes: shardCount 2 -> 3",
			},
		]);
	});
});

describe("what cannot be is refused, at its line:", () => {
	it.each([
		[
			"a former key that never was",
			"namespaces: { votes: {}, polls: { renamedFrom: vote } }",
			"counters.yaml:2:48 error [unknown-namespace] There never was a namespace `vote` here.",
			"Did you mean `votes`?",
		],
		[
			"removing what never was",
			"namespaces: { votes: {} }\nremoved: [polls]",
			"counters.yaml:3:11 error [unknown-namespace]",
			"Did you mean `votes`?",
		],
		[
			"another namespace's former class",
			"namespaces: { votes: { class: A }, polls: { class: Votes } }",
			"counters.yaml:2:52 error [class-reused] The class Votes of `polls` was that of `votes` before.",
			"Give `polls` another `class`.",
		],
		[
			"another namespace's former KV key",
			"namespaces: { votes: { kvPrefix: a }, polls: { kvPrefix: votes } }",
			"counters.yaml:2:58 error [kv-prefix-reused]",
			"Give `polls` another `kvPrefix`.",
		],
		[
			"a former class declared by hand",
			"namespaces: { polls: { renamedFrom: votes } }\nwrangler: { exports: { Votes: { type: durable-object, state: deleted } } }",
			"counters.yaml:3:31 error [class-reused] The class Votes of `wrangler.exports` was that of `polls` before.",
			"Take it out there, or give your class another name.",
		],
		[
			"the class of a removed namespace",
			"namespaces: { polls: { class: Votes, kvPrefix: p } }\nremoved: [votes]",
			"counters.yaml:2:31 error [class-reused]",
			"Give `polls` another `class`.",
		],
	])("%s", async (_, yaml, problem, fix) => {
		const life = new Life();
		await life.generate("namespaces: { votes: {} }");
		const { status, stderr } = await life.generate(yaml);
		expect(status).toBe(2);
		expect(stderr).toContain(problem);
		expect(stderr).toContain(fix);
	});

	it("renaming onto a namespace with counts of its own", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: {}, polls: {} }");
		const { status, stderr } = await life.generate(
			"namespaces: { polls: { renamedFrom: votes } }",
		);
		expect(status).toBe(2);
		expect(stderr).toContain("[rename-onto-known]");
	});

	it("renaming what was renamed or removed before", async () => {
		const life = new Life();
		await life.generate("namespaces: { a: {}, b: {} }");
		await life.generate("namespaces: { c: { renamedFrom: a } }\nremoved: [b]");
		const { stderr } = await life.generate(
			"namespaces: { c: {}, d: { renamedFrom: a }, e: { renamedFrom: b } }",
		);
		expect(stderr).toContain(
			"There is no namespace `a` any more: it is called `c` now.",
		);
		expect(stderr).toContain(
			"There is no namespace `b` any more: it was removed",
		);
	});
});

describe("a past that is not a straight line", () => {
	it("stays with the live namespace if a removed one had its old key", async () => {
		const life = new Life();
		await life.generate("namespaces: { a: { shardCount: 8 } }");
		await life.generate("namespaces: { b: { renamedFrom: a } }");
		const reused = "namespaces: { b: {}, a: { class: A2, kvPrefix: a2 } }";
		expect((await life.generate(reused)).status).toBe(0);
		await life.generate("namespaces: { b: {} }\nremoved: [a]");
		await life.generate("namespaces: { b: { renamedFrom: a } }");
		expect(life.wrangler().exports).toEqual({
			A: { type: "durable-object", state: "renamed", renamed_to: "B" },
			B: live,
		});
		expect(life.read("generated/src/counters.ts")).toContain(
			"readonly shardCounts = [8, 2]; // ever",
		);
	});

	it("is accepted the second time if it was the first", async () => {
		const life = new Life();
		await life.generate("namespaces: { a: {} }");
		await life.generate("namespaces: { b: { renamedFrom: a } }");
		await life.generate(
			"namespaces: { b: {}, a: { class: A2, kvPrefix: a2 } }",
		);
		const last =
			"namespaces: { b: {}, c: { renamedFrom: a, class: C, kvPrefix: c } }";
		expect((await life.generate(last)).status).toBe(0);
		expect((await life.generate(last)).status).toBe(0);
	});

	it("may come from the locks of two branches, one of which renamed it", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: { kvPrefix: v } }");
		const before = life.lock().namespaces;
		const renamed =
			"namespaces: { polls: { renamedFrom: votes, kvPrefix: v } }";
		await life.generate(renamed);
		const merged = life.lock();
		Object.assign(merged.namespaces, before);
		writeFileSync(join(life.cwd, "counters.lock.json"), JSON.stringify(merged));
		expect((await life.generate(renamed)).status).toBe(0);
		expect(Object.keys(life.lock().namespaces)).toEqual(["polls"]);
		expect(life.wrangler().exports).toEqual({
			Polls: live,
			Votes: { type: "durable-object", state: "renamed", renamed_to: "Polls" },
		});

		writeFileSync(join(life.cwd, "counters.lock.json"), JSON.stringify(merged));
		const both = await life.generate(
			"namespaces: { polls: { kvPrefix: v } }\nremoved: [votes]",
		);
		expect(both.status).toBe(2);
		expect(both.stderr).toContain("[class-reused]");
	});

	it("does not call a removed namespace's counts gone, which may be there", async () => {
		const life = new Life();
		await life.generate("namespaces: { a: {}, votes: {} }");
		await life.generate("namespaces: { a: {} }\nremoved: [votes]");
		const { stderr } = await life.generate(
			"namespaces: { a: {}, polls: { renamedFrom: votes } }",
		);
		expect(stderr).toContain("put `votes` back, generate, and rename it then");
	});
});

describe("environments", () => {
	const yaml = `worker: { name: shop }
kv: { id: abc }
namespaces: { views: { mount: / }, votes: {} }
environments:
  staging:
    worker: { observability: false }
    namespaces: { views: { shardCount: 1 } }
  eu: {}
`;

	it("are Workers of their own with all that wrangler does not inherit", async () => {
		const life = new Life();
		expect((await life.generate(yaml)).status).toBe(0);
		const { env, ...top } = life.wrangler();
		expect(env.staging).toEqual({
			name: "shop-staging",
			main: "src/environments/staging/index.ts",
			compatibility_date: top.compatibility_date,
			minify: true,
			keep_names: false,
			observability: { enabled: false },
			secrets: { required: ["COUNTER_ADMIN_TOKEN"] },
			kv_namespaces: [{ binding: "KV" }],
			durable_objects: {
				bindings: [
					{ name: "VIEWS_DO", class_name: "Views" },
					{ name: "VOTES_DO", class_name: "Votes" },
				],
			},
			exports: { Views: live, Votes: live },
		});
		expect(top).toMatchObject({ name: "shop", kv_namespaces: [{ id: "abc" }] });
		const staging = life.read("generated/src/environments/staging/counters.ts");
		expect(staging).toContain("readonly shardCount = 1;");
		expect(staging).toContain('from "counter-gen/runtime"');
		expect(life.read("generated/src/counters.ts")).toContain(
			"readonly shardCount = 2;",
		);
	});

	it("have pasts of their own", async () => {
		const life = new Life();
		await life.generate(yaml);
		const changed = yaml.replace("shardCount: 1", "shardCount: 5");
		const { stderr } = await life.generate(changed);
		expect(stderr).toContain("staging: views: shardCount 1 -> 5");
		expect(
			life.read("generated/src/environments/staging/counters.ts"),
		).toContain("readonly shardCounts = [1, 5]; // ever");
		expect(life.lock().environments).toHaveProperty(
			"staging.views.shardCounts",
			[1, 5],
		);
	});

	it("follow a rename, which is told once, and may be younger than it", async () => {
		const life = new Life();
		await life.generate(yaml);
		const renamed = yaml
			.replace("votes: {}", "polls: { renamedFrom: votes }")
			.replace("eu: {}", "eu: {}\n  asia: {}");
		const { status, stderr } = await life.generate(renamed);
		expect(status).toBe(0);
		expect(stderr.match(/was votes/g)).toHaveLength(1);
		const { env } = life.wrangler();
		expect(env.eu.exports.Votes.renamed_to).toBe("Polls");
		expect(env.asia.exports).toEqual({ Views: live, Polls: live });
	});

	it("have keys that wrangler knows at the top level only, when rendered alone", async () => {
		const life = new Life();
		const wrangler =
			"wrangler: { routes: [a.example/*], keep_vars: true, vars: { A: x } }\n";
		await life.generate(wrangler + yaml, "--env", "staging");
		expect(life.wrangler("generated-staging")).toMatchObject({
			routes: [],
			keep_vars: true,
			vars: { A: "x" },
		});
	});

	it("are rendered alone with --env, at the top level of their own folder", async () => {
		const life = new Life();
		await life.generate(yaml);
		const { status, stdout } = await life.generate(yaml, "--env", "staging");
		expect(status).toBe(0);
		expect(stdout).toMatch(/^generated-staging: \d+ written/);
		const { env, name, main } = life.wrangler("generated-staging");
		expect({ env, name, main }).toEqual({
			env: undefined,
			name: "shop-staging",
			main: "src/index.ts",
		});
		expect(life.read("generated-staging/src/counters.ts")).toContain(
			"readonly shardCount = 1;",
		);
		const check = await life.generate(yaml, "--check");
		expect(check.status).toBe(0);
	});

	it("alone still tell what becomes of the others", async () => {
		const life = new Life();
		await life.generate(yaml);
		const { stderr } = await life.generate(
			yaml.replace("votes: {}", "votes: { mount: /v }"),
			"--env",
			"staging",
		);
		expect(stderr).toContain("votes: mount /votes -> /v");
	});

	it("warn once of what all of them lack, each with its own past", async () => {
		const life = new Life();
		await life.generate(yaml);
		const { status, stderr } = await life.generate(
			yaml.replace(", votes: {}", ", polls: {}"),
		);
		expect(status).toBe(0);
		expect(stderr.match(/\[namespace-dropped\]/g)).toHaveLength(1);
		expect(life.lock()).toMatchObject({
			namespaces: { polls: { neverWith: ["votes"] } },
			environments: {
				staging: { votes: {}, polls: { neverWith: ["votes"] } },
			},
		});
	});

	it("that are not there are refused, with those that are", async () => {
		const { status, stderr } = await new Life().generate(yaml, "--env", "prod");
		expect(status).toBe(2);
		expect(stderr).toContain("[unknown-environment]");
		expect(stderr).toContain("staging, eu");
	});
});

describe("a jurisdiction", () => {
	const inEu = "namespaces:\n  votes:\n    jurisdiction: eu\n";

	it.each([
		[
			"taken up",
			"namespaces: { votes: {} }",
			inEu,
			"in no jurisdiction, and cannot move to eu",
			"4:19",
		],
		[
			"left",
			inEu,
			"namespaces: { votes: {} }",
			"in the jurisdiction eu, and cannot move out of it",
			"2:15",
		],
		[
			"changed",
			inEu,
			inEu.replace("eu", "fedramp"),
			"in the jurisdiction eu, and cannot move to fedramp",
			"4:19",
		],
		[
			"changed with the key",
			inEu,
			"namespaces: { polls: { renamedFrom: votes } }",
			"in the jurisdiction eu, and cannot move out of it",
			"2:15",
		],
	])(
		"cannot be %s, and nothing is written",
		async (_, before, after, why, place) => {
			const life = new Life();
			expect((await life.generate(before)).status).toBe(0);
			const written = [
				life.read("counters.lock.json"),
				life.read("generated/src/counters.ts"),
			];
			const { status, stderr } = await life.generate(after);
			expect(status).toBe(2);
			expect(stderr).toContain(
				`counters.yaml:${place} error [jurisdiction-changed]`,
			);
			expect(stderr).toContain(why);
			expect([
				life.read("counters.lock.json"),
				life.read("generated/src/counters.ts"),
			]).toEqual(written);
			expect((await life.generate(before)).status).toBe(0);
		},
	);

	it("is free once the lock has forgotten a namespace that was never deployed", async () => {
		const life = new Life();
		await life.generate("namespaces: { votes: {} }");
		const lock = life.lock();
		Reflect.deleteProperty(lock.namespaces, "votes");
		writeFileSync(join(life.cwd, "counters.lock.json"), JSON.stringify(lock));
		expect((await life.generate(inEu)).status).toBe(0);
		expect(life.lock().namespaces).toMatchObject({
			votes: { jurisdiction: "eu" },
		});
		expect(life.read("generated/src/counters.ts")).toContain(
			'static override readonly jurisdiction = "eu";',
		);
	});

	it("comes along with a new key, and is each environment's own", async () => {
		const life = new Life();
		const staging =
			"environments: { staging: { namespaces: { votes: { jurisdiction: fedramp } } } }\n";
		await life.generate(inEu + staging);
		expect(life.lock()).toMatchObject({
			namespaces: { votes: { jurisdiction: "eu" } },
			environments: { staging: { votes: { jurisdiction: "fedramp" } } },
		});
		const renamed = (inEu + staging)
			.replace("votes:\n", "polls:\n    renamedFrom: votes\n")
			.replace("votes: { juris", "polls: { juris");
		expect(await life.generate(renamed)).toMatchObject({ status: 0 });
		const { stderr } = await life.generate(renamed.replace("fedramp", "eu"));
		expect(stderr).toContain("[jurisdiction-changed]");
	});
});

it("a location may change: what exists stays, which a line tells", async () => {
	const life = new Life();
	await life.generate("namespaces: { votes: {} }");
	const { status, stderr } = await life.generate(
		"namespaces: { votes: { location: weur } }",
	);
	expect(status).toBe(0);
	expect(stderr).toContain(
		"votes: location any -> weur; objects that are there stay where they are, later ones are made there\n",
	);
	expect(life.read("generated/src/counters.ts")).toContain(
		'static override readonly location = "weur";',
	);
});
