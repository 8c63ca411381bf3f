import { resolve } from "node:path";
import type { Command } from "commander";
import { exitCode } from "../errors.ts";
import { shown } from "../files/paths.ts";
import { machineNodeIsOld } from "../init/machine-node.ts";
import { checkName } from "../init/name.ts";
import { originFor } from "../init/origin.ts";
import { ownVersion } from "../init/package-additions.ts";
import { installRoot, packageManagerOf } from "../init/package-manager.ts";
import { initReport } from "../init/report.ts";
import { initProject } from "../init/write.ts";
import { packageRoot } from "../root.ts";
import type { Session } from "../ui/reporter.ts";
import { type Bind, plainCommand } from "./command.ts";

interface InitOptions {
	name?: string;
	force?: boolean;
}

export function initCommand(bind: Bind): Command {
	return plainCommand(
		"init",
		"start a project, or add counters to one that is there",
		[
			"counter-gen init",
			"counter-gen init my-counters",
			"counter-gen init my-counters --name page-views --json",
		],
	)
		.argument("[dir]", "folder to write into (default: the current one)")
		.option("--name <name>", "of the Worker (default: from the folder's name)")
		.option("--force", "replace files that init wrote and nobody edited since")
		.action(bind(init));
}

async function init(
	{ io, report }: Session,
	options: InitOptions,
	[to = "."]: readonly string[],
): Promise<number> {
	const { cwd } = io;
	const dir = resolve(cwd, to);
	const manager = await packageManagerOf(dir, io);
	const root = installRoot(dir, manager);
	const plan = await initProject({
		dir,
		cwd,
		name: options.name === undefined ? undefined : checkName(options.name),
		counterGen: originFor(dir, ownVersion, packageRoot),
		manager,
		root,
		oldNode: machineNodeIsOld(io),
		force: options.force ?? false,
	});
	const { text, answer, warnings, next } = initReport(plan, {
		dir,
		cwd,
		manager,
		root,
	});
	report.warnings(warnings);
	report.result(text, { ok: true, dir: shown(io, dir), ...answer });
	report.info(next);
	return exitCode.done;
}
