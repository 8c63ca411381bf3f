import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/root.ts";

const { scripts }: { scripts: Record<string, string> } = JSON.parse(
	readFileSync(join(packageRoot, "package.json"), "utf8"),
);

/** Runs what a script runs, without the build that goes before it. */
function run(name: string, ...args: string[]) {
	const [, file = ""] =
		/(?:^|&& )node (test\S+)$/.exec(scripts[name] ?? "") ?? [];
	return spawnSync(process.execPath, [file, ...args], {
		cwd: packageRoot,
		encoding: "utf8",
	});
}

test.each(["simulate", "mutate", "faults", "fuzz", "bench", "bench:cli"])(
	"npm run %s has --help, and names it for an option that it does not know",
	(name) => {
		const help = run(name, "--help");
		expect(help.stdout).toContain(`npm run ${name} -- [options]\n`);
		expect(help.stdout).toMatch(/^ {2}--\w+ [A-Z]+ +\w/m);
		expect(help).toMatchObject({ status: 0, stderr: "" });
		const wrong = run(name, "--hepl");
		expect(wrong.stderr).toContain("Unknown option '--hepl'");
		expect(wrong.stderr).toContain(`See npm run ${name} -- --help\n`);
		expect(wrong).toMatchObject({ status: 2, stdout: "" });
	},
);
