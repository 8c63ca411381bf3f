import { execFileSync, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Cli, eventually, freePort, Program } from "../support/process.ts";
import { bin, Project, root } from "../support/project.ts";

/** The shell commands of docs/backup.md that stand under such a sentence. */
async function recipe(sentence: string): Promise<string> {
	const text = await readFile(join(root, "docs/backup.md"), "utf8");
	const [, commands = ""] = text.split(sentence)[1]?.split("```sh\n", 2) ?? [];
	return commands.split("```")[0] ?? "";
}

/** Starts a Worker that takes any name; types commands beside it. */
async function start() {
	const project = await Project.create();
	await project.write(
		"counters.yaml",
		"version: 1\nnamespaces: { views: { mount: /, names: ^.+$, access: { admin: none } } }\n",
	);
	const port = String(await freePort());
	const server = new Cli(["serve", "--port", port], { cwd: project.dir });
	await server.reports("Ctrl-C stops it");
	const url = `http://127.0.0.1:${port}`;
	return {
		project,
		/** The totals, after commands that must succeed. */
		async after(commands: string, before = "") {
			const npx = `npx() { shift 3; '${process.execPath}' '${bin}' "$@"; }`;
			const lines = [`URL=${url}`, npx, before, commands].join("\n");
			const shell = new Program("bash", ["-ec", lines], { cwd: project.dir });
			const { status, stdout, stderr } = await shell.ended;
			expect(stdout + stderr).toContain("verified");
			expect(status).toBe(0);
			return (await fetch(`${url}/counters?read=exact`)).json();
		},
	};
}

it.skipIf(!has("jq"))("counts come from a JSON object", async () => {
	const { project, after } = await start();
	await project.write("counts.json", '{"home":12,"/a b":3}');
	const commands = await recipe("From a JSON object");
	expect(await after(commands)).toEqual({ home: 12, "/a b": 3 });
});

it.skipIf(!has("python3"))(
	"counts come from a CSV file as a spreadsheet writes it",
	async () => {
		const { project, after } = await start();
		const rows =
			'\ufeffpage,note,views\r\nhome,"a, b",12\r\n"/a ""b"", é",,3\r\n';
		await project.write("views.csv", rows);
		const commands = await recipe("From a CSV file");
		expect(await after(commands)).toEqual({ home: 12, '/a "b", é': 3 });
	},
);

it.skipIf(!has("jq", "redis-server", "redis-cli"))(
	"counts come from Redis, by key and from a hash",
	async () => {
		const { project, after } = await start();
		const port = String(await freePort());
		const redis = spawn("redis-server", ["--port", port, "--save", ""], {
			cwd: project.dir,
			stdio: "ignore",
		});
		const ended = new Promise((resolve) => redis.once("close", resolve));
		onTestFinished(async () => {
			redis.kill();
			await ended;
		});
		const ask = (...words: string[]) =>
			execFileSync("redis-cli", ["-p", port, ...words], { encoding: "utf8" });
		await eventually(
			async () => {
				try {
					return ask("PING");
				} catch {
					return "";
				}
			},
			(answer) => answer === "PONG\n",
		);
		ask("MSET", "views:home", "12", 'views:/a "b\\", é', "3", "other", "1");
		const here = `redis-cli() { command redis-cli -p ${port} "$@"; }`;
		const keys = await recipe("where each counter is a key");
		expect(await after(keys, here)).toEqual({ home: 12, '/a "b\\", é': 3 });
		ask("HSET", "views", "home", "5", "/hash", "7");
		const hash = await recipe("where all counters are fields");
		expect(await after(hash, here)).toMatchObject({ home: 17, "/hash": 7 });
	},
);

/** Tells whether this machine has all of these programs. */
function has(...programs: string[]): boolean {
	try {
		for (const program of programs)
			execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}
