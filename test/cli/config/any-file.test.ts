import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import type { Diagnostic } from "../../../cli/errors.ts";
import { anyFile } from "../../support/any-file.ts";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

/**
 * As many as take some seconds, the same ones each time. `ANY_FILE_RUNS=20000`
 * takes others, and as many of them.
 */
const { ANY_FILE_RUNS } = process.env;
const runs = Number(ANY_FILE_RUNS ?? 400);
const seed = ANY_FILE_RUNS === undefined ? { seed: 1 } : {};

const good = "version: 1\nnamespaces:\n  metrics: {}\n  votes: {}\n";
const env = {
	A: "1",
	FOUR: "4",
	ZERO: "0",
	STAGE: "x",
	EMPTY: "",
	SECRET: "hunter2",
};

/** Paths of all files in `cwd` but the configuration, and what they hold. */
function snapshot(cwd: string): Map<string, string> {
	const files = readdirSync(cwd, { recursive: true, withFileTypes: true })
		.filter((entry) => !entry.isDirectory() && entry.name !== "counters.yaml")
		.map((entry) => join(entry.parentPath, entry.name));
	return new Map(files.map((file) => [file, readFileSync(file, "latin1")]));
}

function restore(cwd: string, files: ReadonlyMap<string, string>): void {
	rmSync(join(cwd, "generated"), { recursive: true });
	for (const [file, text] of files) {
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text, "latin1");
	}
}

/** A diagnostic is for a person: nothing of JavaScript shows through. */
function checkDiagnostic(
	{ code, what, where }: Diagnostic,
	lines: number,
): void {
	expect(code).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
	expect(what).not.toMatch(/undefined|\[object|Invalid|Expected/);
	if (where?.line === undefined) return;
	expect(where.line).toBeGreaterThan(0);
	expect(where.line).toBeLessThanOrEqual(lines);
	expect(where.column).toBeGreaterThan(0);
}

/** No value has become code: every file is what its ending says. */
function checkSyntax(cwd: string): void {
	const read = (name: string) =>
		readFileSync(join(cwd, "generated", name), "utf8");
	for (const name of ["src/client.ts", "src/counters.ts", "src/index.ts"])
		stripTypeScriptTypes(read(name));
	expect(parse(read("wrangler.toml"))).toHaveProperty("exports");
}

test("whatever counters.yaml holds, it is generated from or told of", {
	timeout: 10_000 + runs * 300,
}, async () => {
	const cwd = temporaryDirectory();
	const file = join(cwd, "counters.yaml");
	const run = (...argv: string[]) => runCli(argv, { cwd, env });
	writeFileSync(file, good);
	await run("generate");
	const before = snapshot(cwd);
	const outcomes = { refused: 0, generated: 0 };

	const property = fc.asyncProperty(
		anyFile,
		fc.boolean(),
		async (bytes, json) => {
			writeFileSync(file, bytes);
			const argv = json ? ["generate", "--json"] : ["generate"];
			const { status, stdout, stderr } = await run(...argv);
			expect(stdout + stderr).not.toContain("hunter2");
			expect(stderr).not.toMatch(/^\s+at /m);
			if (status === 0) {
				outcomes.generated++;
				checkSyntax(cwd);
				expect(await run("generate", "--check")).toMatchObject({ status: 0 });
				restore(cwd, before);
				return;
			}
			outcomes.refused++;
			expect(status).toBe(2);
			expect(snapshot(cwd)).toEqual(before);
			if (!json) {
				expect(stdout).toBe("");
				expect(stderr).toMatch(/ error \[[a-z0-9-]+\] /);
				return;
			}
			const { ok, diagnostics } = JSON.parse(stdout);
			expect(ok).toBe(false);
			expect(diagnostics).not.toEqual([]);
			const lines = bytes.toString().split("\n").length;
			for (const one of diagnostics) checkDiagnostic(one, lines);
		},
	);
	await fc.assert(property, { numRuns: runs, ...seed });
	// Otherwise the files are too tame, or too wild, to show anything.
	expect(outcomes.generated / runs).toBeGreaterThan(0.02);
	expect(outcomes.refused / runs).toBeGreaterThan(0.5);
});
