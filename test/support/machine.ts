import { exec, spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import type { Ended } from "./process.ts";

/** Is this repository's own, or tells package managers that no person is here. */
const foreign =
	/^(npm_(?!config_(registry|cache|userconfig)$).*|CI|GITHUB_ACTIONS)$/;

/** Environment of a person at this machine: nothing of this repository's packages. */
export const machine: NodeJS.ProcessEnv = {
	...Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !foreign.test(name)),
	),
	PATH: (process.env.PATH ?? "")
		.split(":")
		.filter((dir) => !dir.includes("node_modules"))
		.join(":"),
	NO_COLOR: "1",
	npm_config_prefer_offline: "true",
	npm_config_audit: "false",
	npm_config_fund: "false",
	npm_config_update_notifier: "false",
	WRANGLER_SEND_METRICS: "false",
	CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** Runs a command line to its end. */
export function attempt(
	commandLine: string,
	cwd: string,
	env: NodeJS.ProcessEnv = machine,
): Promise<Ended> {
	return new Promise((resolve) => {
		const child = exec(commandLine, { cwd, env }, (_, stdout, stderr) =>
			resolve({ status: child.exitCode, stdout, stderr }),
		);
	});
}

/** Runs a command line that must succeed, and answers what it printed. */
export async function type(
	commandLine: string,
	cwd: string,
	env: NodeJS.ProcessEnv = machine,
): Promise<string> {
	const { status, stdout, stderr } = await attempt(commandLine, cwd, env);
	if (status === 0) return stdout;
	throw new Error(`${commandLine} ended with ${status}\n${stdout}${stderr}`);
}

/**
 * Starts a command line that goes on running, and answers what it wrote to
 * stderr until it reported `text`. When the test is over, Ctrl-C ends it.
 */
export async function leaveRunning(
	commandLine: string,
	cwd: string,
	text: string,
	env: NodeJS.ProcessEnv = machine,
): Promise<string> {
	const child = spawn(commandLine, {
		cwd,
		env,
		shell: true,
		// A group of its own, which a signal can reach as a terminal does.
		detached: true,
		stdio: ["ignore", "ignore", "pipe"],
	});
	const ended = new Promise((resolve) => child.once("close", resolve));
	onTestFinished(async () => {
		if (child.pid && child.exitCode === null)
			process.kill(-child.pid, "SIGINT");
		await ended;
	});
	let output = "";
	return new Promise((resolve, reject) => {
		child.stderr.setEncoding("utf8").on("data", (piece) => {
			output += piece;
			if (output.includes(text)) resolve(output);
		});
		void ended.then(() =>
			reject(new Error(`${commandLine} ended:\n${output}`)),
		);
	});
}
