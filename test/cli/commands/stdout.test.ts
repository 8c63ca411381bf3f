import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { type Ended, Program } from "../../support/process.ts";
import { bin } from "../../support/project.ts";
import {
	env,
	NamespaceServer,
	ndjson,
	numbered,
} from "../transfer/namespace-server.ts";

const counterGen = `"${process.execPath}" "${bin}"`;

/** Has a shell run something; `$export` exports so many counters. */
async function shell(command: string, counters = 5_000) {
	const cwd = temporaryDirectory();
	const { url } = await new NamespaceServer(numbered(counters)).start();
	const program = new Program("bash", ["-c", command], {
		cwd,
		env: { ...env, export: `${counterGen} export ${url}` },
	});
	const ended: Ended = await program.ended;
	return { ...ended, file: () => readFileSync(join(cwd, "file"), "utf8") };
}

describe("an export to stdout", () => {
	test("is whole in a file, after what the file had", async () => {
		const { status, file } = await shell(
			"echo before > file; eval $export >> file",
		);
		expect(status).toBe(0);
		expect(file()).toBe(`before\n${ndjson(numbered(5_000))}`);
	});

	test.each([
		["ulimit -f 8; eval $export > file", 5_000],
		["ulimit -f 8; eval $export > file", 50_000],
		["eval $export > /dev/full", 5_000],
	])(
		"that cannot be written whole fails: %s, %i counters",
		async (command, counters) => {
			const { status, stderr } = await shell(command, counters);
			expect(stderr).toContain(
				"[output-not-writable] stdout cannot be written",
			);
			expect(stderr).not.toContain("exported");
			expect(status).toBe(2);
		},
	);

	test("is interrupted where its reader goes", async () => {
		const command = "eval $export | head -n 1; exit $PIPESTATUS";
		const { status, stdout } = await shell(command, 50_000);
		expect(stdout).toBe('{"counter":"n00000","value":0}\n');
		expect(status).toBe(130);
	});
});

test("what another command could not write is not taken for written", async () => {
	const { status, stderr } = await shell(
		`${counterGen} completion bash > /dev/full`,
	);
	expect(stderr).toContain("stdout cannot be written: ENOSPC");
	expect(status).toBe(2);
});
