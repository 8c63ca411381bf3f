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
  fix: known keys here: class, binding, kvPrefix, mount, shardCount, shardMinRequestToGlobal, shardWriteToGlobalAfter, globalMinWritesToKV, globalWriteToKVAfter, names, maxCounters, increment, methods, idempotencyWindow, writeLog
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
	expect(stdout).toContain("$ counter-gen validate --config staging.yaml\n");
});
