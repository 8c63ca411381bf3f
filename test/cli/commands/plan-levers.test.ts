import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

test.each([
	["1k", "would make that"],
	["5k", "No key lowers it by much."],
])(
	"at a peak of %s a key is advised only if everything keeps up with it",
	async (peak, text) => {
		const cwd = temporaryDirectory();
		writeFileSync(
			join(cwd, "counters.yaml"),
			"version: 1\nnamespaces: { views: { idempotencyWindow: 0, writeLog: 0 } }\n",
		);
		const { stdout } = await runCli(["plan", "--rate", "100", "--peak", peak], {
			cwd,
		});
		expect(stdout).toContain(text);
	},
);
