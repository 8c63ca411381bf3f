// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

function project(content: string): string {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "counters.yaml"), content);
	return cwd;
}

const good = "version: 1\nnamespaces:\n  metrics: {}\n  votes: {}\n";
const broken =
	"version: 1\nnamespaces:\n  metrics:\n    shardCount: 0\n    colour: red\n";

test("a good file is said to have no problems", async () => {
	expect(await runCli(["validate"], { cwd: project(good) })).toEqual({
		status: 0,
		stdout: "counters.yaml: 2 namespaces, no problems\n",
		stderr: "",
	});
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
  fix: known keys here: class, binding, kvPrefix, mount, shardCount, shardMinRequestToGlobal, shardWriteToGlobalAfter, globalMinWritesToKV, globalWriteToKVAfter, names, maxCounters, increment, methods, idempotencyWindow, writeLog, renamedFrom
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
	expect(stdout).toContain("$ counter-gen validate --json\n");
});
