import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

/** Lists the complaints of a shell, if it is installed, about a script. */
function complaints(shell: string, script: string): string {
	const file = join(temporaryDirectory(), "script");
	writeFileSync(file, script);
	const check = `if command -v ${shell} >/dev/null; then ${shell} -n ${file}; fi 2>&1`;
	return execFileSync("sh", ["-c", check], { encoding: "utf8" });
}

test.each([
	["bash", "complete -o default -F _counter_gen counter-gen"],
	["zsh", "#compdef counter-gen"],
	["fish", "complete -c counter-gen"],
])("prints a script that %s reads", async (shell, line) => {
	const { status, stdout, stderr } = await runCli(["completion", shell]);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(stdout).toContain(line);
	expect(stdout).toContain("counter-gen complete -- ");
	expect(complaints(shell, stdout)).toBe("");
});

test("prints it in JSON too", async () => {
	const { stdout: script } = await runCli(["completion", "zsh"]);
	const { stdout } = await runCli(["completion", "zsh", "--json"]);
	expect(JSON.parse(stdout)).toEqual({
		ok: true,
		diagnostics: [],
		warnings: [],
		shell: "zsh",
		script,
	});
});

test("knows no other shells", async () => {
	const { status, stdout, stderr } = await runCli(["completion", "nu"]);
	expect(stderr).toContain("Allowed choices are bash, zsh, fish");
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
});

test("its help has examples", async () => {
	const { stdout } = await runCli(["completion", "--help"]);
	expect(stdout).toContain("$ source <(counter-gen completion bash)");
});
