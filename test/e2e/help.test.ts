import { chmod, mkdir } from "node:fs/promises";
import { delimiter } from "node:path";
import { describe, expect, it } from "vitest";
import { ADMIN_SECRET } from "../../cli/config/secrets.ts";
import { Cloudflare } from "../support/cloudflare/server.ts";
import { adminToken } from "../support/deploying.ts";
import { allHelp } from "../support/help.ts";
import { Cli, cli, freePort, Program } from "../support/process.ts";
import { bin, Project } from "../support/project.ts";
import { shared } from "../support/shared.ts";

/** A project whose Worker runs, for the commands that talk to one. */
const serving = shared(async (until) => {
	const project = await Project.create({ until });
	const port = String(await freePort());
	const argv = ["serve", "--port", port];
	const server = new Cli(argv, { cwd: project.dir, until });
	await server.reports("Ctrl-C stops it");
	return { project, port };
});

/** Examples that need a running Worker, and its token beside them. */
const asksWorker = /^counter-gen (load|export|import|status|plan --from)\b/;

/**
 * Prepares what an example needs to find, by what it starts with; answers the
 * example as it is to be pasted. Ports become free ones, in case someone uses them.
 */
const preparations: [
	start: RegExp,
	prepare: (project: Project, example: string) => Promise<string>,
][] = [
	[
		/^counter-gen generate --check/,
		async ({ dir }, example) => {
			await cli(["generate"], dir);
			return example;
		},
	],
	[
		/^counter-gen init\b/,
		async (_, example) => `mkdir fresh && cd fresh\n${example}`,
	],
	[
		/\bcounter-gen completion\b/,
		async (_, example) =>
			// A script for another shell is good if it is there; it is not for bash.
			`export HOME=$PWD; mkdir -p ~/.config/fish/completions\n${example.replace(/source <\((.* zsh)\)/, 'test -n "$($1)"')}`,
	],
	[
		/\bcounter-gen deploy\b/,
		async (project, example) => {
			const { account, env } = await Cloudflare.start();
			account.seed("quick", {
				Metrics: { storage: "sqlite", data: {} },
				Votes: { storage: "sqlite", data: {} },
			});
			account.scripts.get("quick")?.secrets.set(ADMIN_SECRET, adminToken);
			if (example.includes("--confirm votes")) {
				await cli(["generate"], project.dir);
				const [kept] = (await project.read("counters.yaml")).split("  votes:");
				await project.write("counters.yaml", `${kept}removed: [votes]\n`);
			}
			const settings = Object.entries(env);
			return [
				`export ADMIN_TOKEN=${adminToken}`,
				...settings.map(([name, value]) => `export ${name}='${value}'`),
				example,
			].join("\n");
		},
	],
	[
		/^counter-gen (dev|serve)\b/,
		async (_, example) => {
			const port = await freePort();
			const [command = "", rest = ""] = example.split(/(?= -- |$)/);
			return `${command.replace(/ --port \d+/, "")} --port ${port}${rest}`;
		},
	],
	[
		asksWorker,
		async (project, example) => {
			for (const file of example.match(/[a-z]+\.ndjson/g) ?? [])
				if (/^counter-gen import/.test(example))
					await project.write(file, '{"counter":"signups","value":42}\n');
			const url = `localhost:${serving().port}`;
			return example
				.replace("localhost:8787", url)
				.replace("status  ", `status ${url}  `);
		},
	],
];

/** Examples that run until they are stopped. */
const isServer = /^counter-gen (dev|serve|generate --watch)\b/;

/** A folder for PATH in which `counter-gen` is the program. */
async function programFolder(project: Project): Promise<string> {
	await mkdir(project.path("bin"), { recursive: true });
	const script = `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`;
	await project.write("bin/counter-gen", script);
	await chmod(project.path("bin/counter-gen"), 0o755);
	return project.path("bin");
}

describe.each(await allHelp())("$command --help", ({ command, examples }) => {
	it("has examples of the command", () => {
		expect(examples).not.toEqual([]);
		for (const example of examples)
			expect(example).toMatch(new RegExp(`\\bcounter-gen ${command}\\b`));
	});

	it.each(examples)("%s works when pasted", async (example) => {
		const project = asksWorker.test(example)
			? serving().project
			: await Project.create();
		const path = [await programFolder(project), process.env.PATH];
		let pasted = example;
		for (const [start, prepare] of preparations)
			if (start.test(example)) pasted = await prepare(project, pasted);
		const shell = new Program("bash", ["-c", pasted], {
			cwd: project.dir,
			env: { PATH: path.join(delimiter) },
		});
		if (isServer.test(example)) {
			await shell.reports("Ctrl-C stops it");
			await shell.stop();
		}
		const { status, stderr } = await shell.ended;
		expect(stderr).not.toContain("error [");
		expect(status).toBe(0);
	});
});
