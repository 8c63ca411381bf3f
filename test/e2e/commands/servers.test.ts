import { expect, it } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import {
	Cli,
	descendants,
	eventually,
	freePort,
	type Program,
} from "../../support/process.ts";
import { Project } from "../../support/project.ts";

/** The nth line of stdout, from 1, once it is there. */
async function line(program: Program, n: number): Promise<string> {
	const lines = await eventually(
		async () => program.stdout.split("\n"),
		({ length }) => length > n,
	);
	return `${lines[n - 1]}\n`;
}

it("dev --json tells each event in a line of its own, as documented", async () => {
	const project = await Project.create();
	const port = await freePort();
	const dev = new Cli(["dev", "--port", String(port), "--json"], {
		cwd: project.dir,
	});
	const url = `http://localhost:${port}`;
	readAnswer("Followed", await line(dev, 1));
	expect(readAnswer("Ready", await line(dev, 2))).toEqual({
		event: "ready",
		warnings: [],
		url,
		namespaces: [
			{ key: "metrics", url },
			{ key: "votes", url: `${url}/votes` },
		],
		tokenFile: "generated/.dev.vars",
	});

	await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
	readAnswer("Followed", await line(dev, 3));
	await project.edit("counters.yaml", "shardCount: 3", "shardCount: lots");
	expect(readAnswer("Refused", await line(dev, 4))).toMatchObject({
		ok: false,
		diagnostics: [{ code: "wrong-type" }],
	});
	await project.edit("counters.yaml", "shardCount: lots", "shardCount: 4");
	readAnswer("Followed", await line(dev, 5));

	const { status, stdout } = await dev.stop();
	expect(status).toBe(0);
	expect(stdout.trim().split("\n")).toHaveLength(5);
});

it("serve --json does, too, and tells that its workerd ended", async () => {
	const project = await Project.create();
	const port = String(await freePort());
	const serve = new Cli(["serve", "--port", port, "--json"], {
		cwd: project.dir,
	});
	readAnswer("Ready", await line(serve, 1));
	await serve.reports("counts are kept in");
	const [workerd = 0] = await descendants(serve.pid);
	process.kill(workerd);
	const { status } = await serve.ended;
	expect(status).toBe(1);
	expect(readAnswer("Answer", await line(serve, 2))).toMatchObject({
		ok: false,
		diagnostics: [{ code: "server-ended" }],
	});
});
