/*
 * Runs the scripts `check:…` of package.json beside each other, and prints what
 * each has to say in one piece. Fails if one of them does.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { packageRoot as root } from "../cli/root.ts";
import { bundleForBrowsers } from "./browser.ts";

const { scripts } = JSON.parse(
	readFileSync(join(root, "package.json"), "utf8"),
) as { scripts: object };

// The runtime imports what this writes.
await bundleForBrowsers();
const checks = Object.keys(scripts).filter((name) => name.startsWith("check:"));
const results = await Promise.all(checks.map(passes));
if (results.includes(false)) process.exitCode = 1;

async function passes(script: string): Promise<boolean> {
	const child = spawn(process.execPath, ["--run", script], { cwd: root });
	const output = Promise.all([text(child.stdout), text(child.stderr)]);
	const status = await new Promise((resolve) => child.on("close", resolve));
	console.error((await output).join("").trimEnd() || `${script}: passed`);
	if (status !== 0) console.error(`${script}: failed`);
	return status === 0;
}
