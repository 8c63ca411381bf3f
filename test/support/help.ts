import { run } from "../../cli/program.ts";
import { finish } from "./finish.ts";
import { root } from "./project.ts";

/** Help of one command, taken apart. */
export interface Help {
	command: string;
	/** Long names, such as `--config`, in the order of the help. */
	options: string[];
	/** Command lines, from `counter-gen` on. */
	examples: string[];
}

/** The help of every command there is. */
export async function allHelp(): Promise<Help[]> {
	const commands = indented(await help([]), "Commands:")
		// A longer indentation goes on with a description.
		.map((line) => /^ {2}([\w-]+)/.exec(line)?.[1])
		.filter((name) => name !== undefined)
		.filter((name) => name !== "help");
	return Promise.all(
		commands.map(async (command) => {
			const text = await help([command]);
			const options = indented(text, "Options:")
				.map((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1])
				.filter((name) => name !== undefined);
			const examples = indented(text, "Examples:").map((line) =>
				line.replace(/^ +\$ /, "").replace(/^npm run cg --/, "counter-gen"),
			);
			return { command, options, examples };
		}),
	);
}

async function help(words: readonly string[]): Promise<string> {
	const argv = [...words, "--help"];
	return (await finish((io) => run(argv, io), { cwd: root })).stdout;
}

/** The lines under a heading, up to an empty one. */
function indented(text: string, heading: string): string[] {
	const lines = text.split("\n");
	const from = lines.indexOf(heading) + 1;
	if (from === 0) return [];
	const end = lines.indexOf("", from);
	return lines.slice(from, end < 0 ? undefined : end);
}
