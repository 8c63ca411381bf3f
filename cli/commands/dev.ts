import type { Command } from "commander";
import { requiredSecrets } from "../config/secrets.ts";
import { ensureDevVars } from "../files/dev-vars.ts";
import { wranglerConfig } from "../files/paths.ts";
import { Follower } from "../generator/follower.ts";
import { projectPaths } from "../generator/paths.ts";
import { filesOf, generateFrom } from "../generator/run.ts";
import { findToolchain } from "../toolchain/find.ts";
import { parsePort, requireFreePort } from "../toolchain/port.ts";
import { announce, runToEnd } from "../toolchain/server.ts";
import { startWrangler } from "../toolchain/wrangler.ts";
import type { Session } from "../ui/reporter.ts";
import { type Bind, command } from "./command.ts";

export function devCommand(bind: Bind): Command {
	return command(
		"dev",
		"generate, run with wrangler dev, and follow changes of the configuration",
		[
			"counter-gen dev",
			"counter-gen dev --port 3000",
			"counter-gen dev -- --log-level debug    # after --: for wrangler",
		],
	)
		.argument("[wrangler-options...]", "passed on to wrangler dev, after --")
		.option("--env <name>", "run this environment (default: the top level)")
		.option("--port <number>", "port on localhost", "8787")
		.action(bind(dev));
}

async function dev(
	session: Session,
	options: { config: string; env?: string; port: string },
	wranglerOptions: readonly string[],
): Promise<number> {
	const { io, report } = session;
	const port = parsePort(options.port);
	const { out } = projectPaths(options, io.cwd);
	const follower = new Follower(session, options, async (options) => {
		const run = await generateFrom(session, options);
		report.event({ event: "generated", ok: true, ...filesOf(run.plan) });
		return run;
	});
	const { config } = (await follower.generate()).worker;
	const toolchain = findToolchain(out);
	await requireFreePort(port);
	const missing = await ensureDevVars(out, requiredSecrets(config));

	let ready = false;
	const child = startWrangler(
		toolchain,
		[
			"dev",
			`--port=${port}`,
			"--ip=localhost",
			"--show-interactive-dev-session=false",
			`--env=${options.env ?? ""}`,
			// Keeps environments apart: else all would share one KV, as they do
			// nowhere else.
			...(options.env ? [`--persist-to=.wrangler/${options.env}`] : []),
			...wranglerOptions,
		],
		wranglerConfig(out),
		io,
		{
			onStdout: (text) => {
				report.info(text);
				if (ready || !text.includes("Ready on")) return;
				ready = true;
				announce(session, { config, port, out, missing });
			},
			onStderr: (text) => report.info(text),
		},
	);
	const stop = new AbortController();
	const following = follower.follow(
		stop.signal,
		"the last good version keeps running",
	);
	try {
		return await runToEnd(session, child, "wrangler dev");
	} finally {
		stop.abort();
		await following;
	}
}
