import { expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { Cli, cli, eventually, freePort } from "../../support/process.ts";
import { Project } from "../../support/project.ts";

test("load, import, export and status agree about the real Worker", async () => {
	const project = await Project.create();
	const port = String(await freePort());
	const server = new Cli(["serve", "--port", port], { cwd: project.dir });
	await server.reports("counts are kept in");
	const url = `http://127.0.0.1:${port}`;
	const votes = `${url}/votes`;
	const load = ["load", votes, "--counter", "agree", "--requests", "100"];
	const loaded = await cli(load, project.dir);
	expect(loaded.stdout).toContain("total of agree rose by exactly 100");
	expect(loaded.status).toBe(0);

	const text = '{"counter":"a","value":-2}\n{"counter":"b","value":7}\n';
	await project.write("in.ndjson", text);
	const imported = await cli(["import", url, "in.ndjson"], project.dir);
	expect(imported.stdout).toMatch(/^verified: /m);
	expect(imported.status).toBe(0);
	const exported = await cli(["export", url], project.dir);
	expect(exported.stdout.split("\n").toSorted()).toEqual(
		text.split("\n").toSorted(),
	);
	expect(exported.status).toBe(0);

	const answer = await eventually(
		async () =>
			readAnswer(
				"Standing",
				(await cli(["status", url, "--json"], project.dir)).stdout,
			),
		({ kv }) => kv?.sum === "5",
	);
	expect(answer).toMatchObject({
		global: { counters: 2, sum: "5" },
		kv: { counters: 2, sum: "5" },
		top: [
			{ counter: "b", value: 7 },
			{ counter: "a", value: -2 },
		],
	});
	expect(answer.shards).toHaveLength(2);
	expect(answer.writes[0]).toMatchObject({ cmd: "writeToKV" });
	const { status, stdout } = await cli(["status", url], project.dir);
	expect(stdout).toMatch(/^ {2}kv +5 {2}published [\d.]+ s ago$/m);
	expect(status).toBe(0);
});
