import { resolve } from "node:path";
import type { Command } from "commander";
import { exitCode } from "../errors.ts";
import { shown } from "../files/paths.ts";
import { checkName, nameOf } from "../init/name.ts";
import { originFor } from "../init/origin.ts";
import { ownVersion, starterFiles } from "../init/starter.ts";
import { writeStarter } from "../init/write.ts";
import { packageRoot } from "../root.ts";
import type { Session } from "../ui/reporter.ts";
import { shellWord } from "../ui/text.ts";
import { type Bind, plainCommand } from "./command.ts";

interface InitOptions {
	name?: string;
	force?: boolean;
}

export function initCommand(bind: Bind): Command {
	return plainCommand("init", "start a project: the files that it needs", [
		"counter-gen init",
		"counter-gen init my-counters",
		"counter-gen init my-counters --name page-views --json",
	])
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
	const dir = resolve(io.cwd, to);
	const files = await starterFiles({
		name: options.name === undefined ? nameOf(dir) : checkName(options.name),
		counterGen: originFor(dir, ownVersion, packageRoot),
	});
	const { cwd } = io;
	await writeStarter(files, { dir, cwd, force: options.force ?? false });

	const folder = shown(io, dir);
	const written = [...files.keys()];
	report.result(`${folder}: wrote ${written.join(", ")}`, {
		ok: true,
		dir: folder,
		written,
	});
	report.info(nextSteps(folder));
	return exitCode.done;
}

function nextSteps(folder: string): string {
	const steps = ["npm install", "npm start"];
	if (folder !== ".") steps.unshift(`cd ${shellWord(folder)}`);
	return `\nNext:\n${steps.map((step) => `  ${step}\n`).join("")}\nThen edit counters.yaml: it explains every key.`;
}
