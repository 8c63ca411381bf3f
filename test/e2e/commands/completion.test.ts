import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import { attempt } from "../../support/machine.ts";
import { bin } from "../../support/project.ts";

/** A bash that sources the completion, then presses Tab after each line. */
function bashScript(lines: readonly (readonly string[])[]): string {
	const presses = lines.map(
		(
			words,
		) => `COMP_WORDS=(counter-gen ${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length}
_counter_gen
echo "\${COMPREPLY[*]}"`,
	);
	return `set -eu
counter-gen() { ${process.execPath} ${bin} "$@"; }
source <(counter-gen completion bash)
complete -p counter-gen
${presses.join("\n")}
`;
}

test("bash completes commands, options and choices", async () => {
	const offers: [words: string[], offered: string][] = [
		[["gen"], "generate"],
		[["generate", "--ch"], "--check"],
		[["load", "URL", "--verify", ""], "kv global exact"],
		[["completion", "z"], "zsh"],
		// Nothing: bash offers files then.
		[["generate", "--config", "cou"], ""],
		[["load", "$(touch evaluated)", "--by"], "--by"],
	];
	const cwd = temporaryDirectory();
	writeFileSync(
		join(cwd, "tab.sh"),
		bashScript(offers.map(([words]) => words)),
	);
	expect(await attempt("bash tab.sh", cwd)).toEqual({
		status: 0,
		stdout: [
			"complete -o default -F _counter_gen counter-gen",
			...offers.map(([, offered]) => offered),
			"",
		].join("\n"),
		stderr: "",
	});
	expect(existsSync(join(cwd, "evaluated"))).toBe(false);
});
