import type { Command } from "commander";
import { requiredSecrets } from "../config/secrets.ts";
import { ensureDevVars, readDevVars } from "../files/dev-vars.ts";
import { wranglerConfig } from "../files/paths.ts";
import { Follower } from "../generator/follower.ts";
import { projectPaths } from "../generator/paths.ts";
import type { Plan } from "../generator/plan.ts";
import { filesOf, generateFrom } from "../generator/run.ts";
import { parsePort, requireFreePort, urlOf } from "../toolchain/address.ts";
import { findToolchain } from "../toolchain/find.ts";
import { entryOf, missingExport } from "../toolchain/missing-export.ts";
import { Restartable } from "../toolchain/restartable.ts";
import { announce, runToEnd } from "../toolchain/server.ts";
import { startWrangler } from "../toolchain/wrangler.ts";
import {
	optionsIn,
	replaced,
	type WranglerOptions,
} from "../toolchain/wrangler-options.ts";
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
		.option("--host <address>", "address to listen on", "localhost")
		.option("--port <number>", "port to listen on", "8787")
		.action(bind(dev));
}

async function dev(
	session: Session,
	options: { config: string; env?: string; host: string; port: string },
	words: readonly string[],
): Promise<number> {
	const { io, report } = session;
	const given = optionsIn(words);
	const host = given.ip ?? options.host;
	const env = given.env ?? options.env ?? "";
	const port = parsePort(options.port);
	const paths = projectPaths(options, io.cwd);
	const { out } = paths;
	const project = { config: options.config, ...(env !== "" && { env }) };
	let wrangler: Restartable | undefined;
	const follower = new Follower(session, project, async (options) => {
		let isPaused = false;
		try {
			const run = await generateFrom(session, options, async ({ plan }) => {
				if (!wrangler || !changesWrangler(plan)) return;
				isPaused = true;
				await wrangler.pause();
			});
			report.event({ event: "generated", ok: true, ...filesOf(run.plan) });
			if (isPaused) {
				({ config } = run.worker);
				missing = await ensureDevVars(out, requiredSecrets(config));
			}
			return run;
		} finally {
			if (isPaused) wrangler?.resume();
		}
	});
	const { worker } = await follower.generate();
	const entry = entryOf(paths, worker, io.cwd);
	let { config } = worker;
	const toolchain = findToolchain(out, config.worker.runtime);
	if (given.port === undefined) await requireFreePort(host, port);
	let missing = await ensureDevVars(out, requiredSecrets(config));
	const secrets = await readDevVars(out);

	const own: WranglerOptions = {
		port: String(port),
		ip: host,
		minify: "false",
		"show-interactive-dev-session": "false",
		env,
		// Keeps environments apart: else all would share one KV, as they do
		// nowhere else.
		...(env !== "" && { "persist-to": `.wrangler/${env}` }),
	};
	wrangler = new Restartable(() => {
		let isReady = false;
		const args = ["dev", ...replaced(own, words)];
		return startWrangler(toolchain, args, wranglerConfig(out), io, {
			onStdout: (text) => {
				report.info(text);
				const [, protocol, port] =
					/Ready on (https?):.*:(\d+)/.exec(text) ?? [];
				if (isReady || port === undefined) return;
				isReady = true;
				const url = urlOf(host, Number(port), protocol);
				announce(session, {
					config,
					url,
					secretsDir: out,
					missing,
					host,
					secrets,
				});
			},
			onStderr: (text) => {
				report.info(text);
				if (
					losesInspectorPort(text) &&
					!("inspector-port" in { ...own, ...given })
				) {
					report.info(
						"another program took the port of wrangler's inspector: starting again with any that is free",
					);
					own["inspector-port"] = "0";
					void wrangler?.restart();
				}
				const problem = missingExport(text, entry);
				if (problem) report.problems([problem]);
			},
		});
	});
	const stop = new AbortController();
	const following = follower.follow(
		stop.signal,
		"the last good version keeps running",
	);
	try {
		return await runToEnd(session, wrangler, "wrangler dev");
	} finally {
		stop.abort();
		await following;
	}
}

/**
 * Tells if wrangler ends because the port of its inspector is taken. It looks for
 * a free one (9229 first) and takes it later: of two that start together, one ends.
 */
function losesInspectorPort(text: string): boolean {
	return /Address already in use \(socket "direct:/.test(text);
}

/**
 * Tells if a plan changes what wrangler is told. It would follow that and the
 * code one by one, report failed builds, and end if the two do not fit for a
 * moment, as after a rename.
 */
function changesWrangler({ conflicts, changes }: Plan): boolean {
	return (
		conflicts.length === 0 &&
		changes.some(({ path }) => path === "wrangler.toml")
	);
}
