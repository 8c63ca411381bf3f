import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { requiredSecrets } from "../config/secrets.ts";
import { CounterGenError, type Diagnostic, exitCode } from "../errors.ts";
import {
	devVarsFolder,
	ensureDevVars,
	readDevVars,
} from "../files/dev-vars.ts";
import { shown } from "../files/paths.ts";
import { projectPaths } from "../generator/paths.ts";
import { generateFrom } from "../generator/run.ts";
import { type Dropped, droppedRefusal } from "../lifecycle/dropped.ts";
import { parsePort, requireFreePort, urlOf } from "../toolchain/address.ts";
import { bundle } from "../toolchain/bundle.ts";
import { DiskRoom, fullDisk } from "../toolchain/disk-room.ts";
import { findToolchain } from "../toolchain/find.ts";
import { asleep, wake } from "../toolchain/lost-alarms.ts";
import { openFilesWarning } from "../toolchain/open-files.ts";
import { announce, runToEnd } from "../toolchain/server.ts";
import { StateDir } from "../toolchain/state-dir.ts";
import { classWithObjects } from "../toolchain/unique-keys.ts";
import { startWorkerd, writeWorkerdConfig } from "../toolchain/workerd.ts";
import { notInWorkerd, ownSecrets } from "../toolchain/wrangler-bindings.ts";
import type { Session } from "../ui/reporter.ts";
import { type Bind, command } from "./command.ts";

export function serveCommand(bind: Bind): Command {
	return command(
		"serve",
		"generate, bundle, and run on plain workerd with state on local disk",
		["counter-gen serve", "counter-gen serve --port 3000 --state counts"],
	)
		.option("--host <address>", "address to listen on", "127.0.0.1")
		.option("--port <number>", "port to listen on", "8787")
		.option(
			"--state <dir>",
			"where counts are kept (default: .counter-gen, beside the configuration)",
		)
		.action(bind(serve));
}

async function serve(
	session: Session,
	options: { config: string; host: string; port: string; state?: string },
): Promise<number> {
	const { io, report } = session;
	const { host } = options;
	const port = parsePort(options.port);
	const paths = projectPaths(options, io.cwd);
	const { worker } = await generateFrom(session, options);
	const { config } = worker;
	const toolchain = findToolchain(paths.out, config.worker.runtime);
	const fewFiles = openFilesWarning(worker);
	const notThere = notInWorkerd(config);
	report.warnings([fewFiles, notThere].filter((one) => one !== undefined));
	const state = await StateDir.open(
		options.state
			? resolve(io.cwd, options.state)
			: join(dirname(paths.config), ".counter-gen"),
	);
	const place = shown(io, state.data);
	const room = new DiskRoom(state.data, place, {
		onFull: (diagnostic) => report.problems([diagnostic]),
		onRoom: () => report.info(`the disk of ${place} has room again`),
	});
	try {
		await requireNoneDropped(worker.dropped, state, place);
		const full = await fullDisk(state.data, place);
		if (full) throw new CounterGenError(full);
		await requireFreePort(host, port);
		const secretsDir = await devVarsFolder(paths.out, state.dir);
		const missing = await ensureDevVars(secretsDir, requiredSecrets(config));
		const secrets = await readDevVars(secretsDir, ownSecrets(config));
		const missingOwn = ownSecrets(config).filter(
			(name) => secrets[name] === undefined,
		);
		report.info("bundling");
		await bundle(toolchain, paths.out, state.worker, io);
		if (io.signal.aborted) return exitCode.done;
		const sleeping = await asleep(state, worker);
		if (sleeping.length > 0) {
			report.info(`alarms are gone from ${place}: setting them again`);
			const problem = await wake(sleeping, toolchain, state, worker, io);
			if (problem) report.warnings([problem]);
		}
		const configFile = await writeWorkerdConfig(
			state,
			worker,
			port,
			Object.keys(secrets),
			host,
		);
		const child = startWorkerd(toolchain, configFile, secrets, io, {
			lockFd: state.lock.fd,
			listening: () => {
				const url = urlOf(host, port);
				announce(session, {
					config,
					url,
					secretsDir,
					missing,
					missingOwn,
					host,
					secrets,
				});
				report.info(`  counts are kept in ${place}`);
			},
			stderr: (text) => {
				room.notice(text);
				report.info(text);
			},
		});
		await state.setOwner(child.pid);
		return await runToEnd(session, child, "workerd");
	} finally {
		room.stop();
		await state.release();
	}
}

/** Refuses to serve without dropped namespaces that have counts in the state. */
async function requireNoneDropped(
	dropped: readonly Dropped[],
	state: StateDir,
	place: string,
): Promise<void> {
	const problems: Diagnostic[] = [];
	for (const one of dropped) {
		const name = await classWithObjects(state, one.classes);
		if (name !== undefined)
			problems.push(droppedRefusal(one, `${place} has its class ${name}`));
	}
	if (problems.length > 0) throw new CounterGenError(problems);
}
