// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { knownKeys } from "../../../cli/config/schema.ts";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

function project(content: string): string {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "counters.yaml"), content);
	return cwd;
}

const good =
	"version: 1\nnamespaces:\n  metrics: { globalWriteToKVAfter: 10m }\n  votes: { globalWriteToKVAfter: 1h }\n";
const linted =
	"version: 1\nnamespaces:\n  votes:\n    names: a|b\n    shardCount: 33\n    globalWriteToKVAfter: 10m\n";
const broken =
	"version: 1\nnamespaces:\n  metrics:\n    shardCount: 0\n    colour: red\n";

test("a good file is said to have no problems", async () => {
	expect(await runCli(["validate"], { cwd: project(good) })).toEqual({
		status: 0,
		stdout: "counters.yaml: 2 namespaces, no problems\n",
		stderr: "",
	});
});

test.each([
	["{}", "105 minutes", "87s`"],
	["{}, b: {}", "61 minutes", "173s` in each namespace"],
	[
		"{}, b: { globalWriteToKVAfter: 0, globalMinWritesToKV: 1 }",
		"105 minutes",
		"87s`",
	],
	["{ globalWriteToKVAfter: 80s }", "1372 minutes", "87s`"],
])(
	"says how long the Free plan lasts with a: %s",
	async (namespaces, minutes, timer) => {
		const cwd = project(`version: 1\nnamespaces: { a: ${namespaces} }\n`);
		const { status, stderr } = await runCli(["validate"], { cwd });
		expect({ status, stderr }).toEqual({
			status: 0,
			stderr: `On the Free plan, its 100,000 requests of a day use up the 1,000 KV writes in ${minutes}, evenly spread. To make them last, set \`globalWriteToKVAfter: ${timer}.\n`,
		});
		expect((await runCli(["validate", "--quiet"], { cwd })).stderr).toBe("");
	},
);

test.each([
	["lasts", "{ globalWriteToKVAfter: 87s }"],
	["is not asked for", "{ globalWriteToKVAfter: 0, globalMinWritesToKV: 1 }"],
])("says nothing of a Free plan that %s", async (_, namespace) => {
	const cwd = project(`version: 1\nnamespaces: { a: ${namespace} }\n`);
	expect((await runCli(["validate"], { cwd })).stderr).toBe("");
});

test("one namespace is counted as one", async () => {
	const cwd = project("version: 1\nnamespaces: { metrics: {} }\n");
	const { stdout } = await runCli(["validate"], { cwd });
	expect(stdout).toBe("counters.yaml: 1 namespace, no problems\n");
});

test("--json answers the namespaces", async () => {
	const { status, stdout } = await runCli(["validate", "--json"], {
		cwd: project(good),
	});
	expect(status).toBe(0);
	expect(JSON.parse(stdout)).toEqual({
		ok: true,
		diagnostics: [],
		warnings: [],
		namespaces: ["metrics", "votes"],
		environments: [],
	});
});

test("every problem goes to stderr with its frame, and the status is 2", async () => {
	expect(await runCli(["validate"], { cwd: project(broken) })).toEqual({
		status: 2,
		stdout: "",
		stderr: `counters.yaml:4:17 error [out-of-bounds] \`shardCount\` must be a whole number from 1 to 4096; got 0
  3 |   metrics:
> 4 |     shardCount: 0
    |                 ^

counters.yaml:5:5 error [unknown-key] there is no key \`colour\` in a namespace
  4 |     shardCount: 0
> 5 |     colour: red
    |     ^^^^^^
  fix: known keys here: ${knownKeys.namespace.join(", ")}
`,
	});
});

test("--json puts the problems on stdout", async () => {
	const { status, stdout, stderr } = await runCli(["validate", "--json"], {
		cwd: project(broken),
	});
	expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
	expect(JSON.parse(stdout)).toMatchObject({
		ok: false,
		diagnostics: [
			{ code: "out-of-bounds", where: { line: 4, column: 17 } },
			{ code: "unknown-key", where: { line: 5, column: 5 } },
		],
	});
});

test("--format json is the same as --json", async () => {
	const cwd = project(broken);
	const json = await runCli(["validate", "--json"], { cwd });
	for (const argv of [
		["validate", "--format", "json"],
		["validate", "--format", "json", "--json"],
	])
		expect(await runCli(argv, { cwd })).toEqual(json);
	const text = await runCli(["validate", "--format", "text"], { cwd });
	expect(text).toEqual(await runCli(["validate"], { cwd }));
});

test("--format github annotates the lines, on stdout", async () => {
	const argv = ["validate", "--format", "github"];
	const { status, stdout, stderr } = await runCli(argv, {
		cwd: project(broken),
	});
	expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
	expect(stdout.split("\n")).toEqual([
		"::error file=counters.yaml,line=4,col=17,title=out-of-bounds::`shardCount` must be a whole number from 1 to 4096; got 0",
		expect.stringMatching(
			/^::error file=counters.yaml,line=5,col=5,title=unknown-key::there is no key `colour` in a namespace%0Afix: known keys/,
		),
		"",
	]);
});

test.each(["text", "github"])(
	"--json and --format %s contradict each other",
	async (format) => {
		const argv = ["validate", "--json", "--format", format];
		const { status, stdout } = await runCli(argv, { cwd: project(good) });
		expect(status).toBe(2);
		expect(JSON.parse(stdout)).toMatchObject({
			ok: false,
			diagnostics: [{ code: "bad-usage" }],
		});
	},
);

test("a lint goes to stderr with its frame, and the status is 0", async () => {
	expect(await runCli(["validate"], { cwd: project(linted) })).toEqual({
		status: 0,
		stdout: "counters.yaml: 1 namespace, no errors, 2 warnings\n",
		stderr: `counters.yaml:4:12 warning [unanchored-names] \`names\` lets any text through around a match
  3 |   votes:
> 4 |     names: a|b
    |            ^^^
  why: whatever callers make up then counts, and takes up a place of \`maxCounters\`
  fix: write '^(?:a|b)$', with .* where any text is meant

counters.yaml:5:17 warning [global-overload] if every shard of \`votes\` is at its limit of 1,000 requests a second, its global object has to take 306 writes a second
  4 |     names: a|b
> 5 |     shardCount: 33
    |                 ^^
  why: one object is good for some 300; past that, shards hold counts back and totals lag
  fix: set \`shardMinRequestToGlobal\` to at least 103, or \`shardCount\` to at most 32
`,
	});
});

test("--quiet keeps warnings back, but not from JSON", async () => {
	const cwd = project(linted);
	const quiet = await runCli(["validate", "--quiet"], { cwd });
	expect(quiet).toMatchObject({ status: 0, stderr: "" });
	const json = await runCli(["validate", "--quiet", "--json"], { cwd });
	expect(json).toMatchObject({ status: 0, stderr: "" });
	expect(JSON.parse(json.stdout)).toMatchObject({
		ok: true,
		diagnostics: [],
		warnings: [
			{ code: "unanchored-names", where: { line: 4, column: 12 } },
			{ code: "global-overload", where: { line: 5, column: 17 } },
		],
		namespaces: ["votes"],
	});
});

test("--format github annotates lints as warnings", async () => {
	const argv = ["validate", "--format", "github"];
	const { status, stdout, stderr } = await runCli(argv, {
		cwd: project(linted),
	});
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(stdout.split("\n")).toEqual([
		expect.stringMatching(/^::warning file=counters.yaml,line=4,col=12,title=/),
		expect.stringMatching(/^::warning file=counters.yaml,line=5,col=17,title=/),
		"counters.yaml: 1 namespace, no errors, 2 warnings",
		"",
	]);
});

test("other commands keep quiet about lints", async () => {
	const argv = ["generate", "--dry-run"];
	const { status, stderr } = await runCli(argv, { cwd: project(linted) });
	expect(status).toBe(0);
	expect(stderr).not.toContain("warning");
});

test("what a file holds moves no cursor and turns no text around", async () => {
	const cwd = project(
		'version: 1\nnamespaces:\n  a:\n    "\u001b[2J\u202e": 1\n    mount: "\u0007"\n',
	);
	const { stderr } = await runCli(["validate"], { cwd });
	expect(stderr).toContain("no key `\ufffd[2J\ufffd` in a namespace");
	for (const char of ["\u0007", "\u001b", "\u202e"])
		expect(stderr).not.toContain(char);
});

test("--config names another file, and variables come from the environment", async () => {
	const cwd = temporaryDirectory();
	writeFileSync(
		join(cwd, "c.yaml"),
		"version: 1\nnamespaces:\n  a:\n    shardCount: ${SHARDS}\n",
	);
	const argv = ["validate", "--config", "c.yaml"];
	const { stdout } = await runCli(argv, { cwd, env: { SHARDS: "3" } });
	expect(stdout).toBe("c.yaml: 1 namespace, no problems\n");
	const unset = await runCli(argv, { cwd });
	expect(unset).toMatchObject({
		status: 2,
		stderr: expect.stringContaining("c.yaml:4:17 error [unset-variable]"),
	});
});

test("--help has examples", async () => {
	const { status, stdout } = await runCli(["validate", "--help"]);
	expect(status).toBe(0);
	expect(stdout).toContain("$ npm run cg -- validate --json\n");
});

test("a namespace that was generated and is gone is warned of at its place", async () => {
	const cwd = project(good);
	await runCli(["generate"], { cwd });
	writeFileSync(
		join(cwd, "counters.yaml"),
		good.replace("  votes:", "  polls:"),
	);
	const { status, stdout } = await runCli(["validate", "--format", "github"], {
		cwd,
	});
	expect(status).toBe(0);
	expect(stdout).toMatch(
		/^::warning file=counters.yaml,line=\d+,col=\d+,title=namespace-dropped::/,
	);
});
