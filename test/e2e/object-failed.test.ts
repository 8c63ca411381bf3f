import { readdir } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

/** Runs a statement on the objects of a stopped server that have a table. */
async function alter(project: Project, table: string, sql: string) {
	const folder = project.path(".counter-gen/data/Metrics");
	const files = await readdir(folder);
	for (const name of files.filter((name) => /^\w{64}\.sqlite$/.test(name))) {
		const database = new DatabaseSync(`${folder}/${name}`);
		const has = "SELECT 1 FROM sqlite_schema WHERE name = ?";
		if (database.prepare(has).get(table)) database.exec(sql);
		database.close();
	}
}

describe("plain workerd, which writes nothing of it itself", () => {
	it("logs an alarm that throws, and an object that cannot start for its alarm", async () => {
		const project = await Project.create();
		// The server stops before that: what shards hold then has their alarms ring.
		await project.edit("counters.yaml", "100ms", "10s");
		const first = await startServe(project);
		await Promise.all(
			Array.from({ length: 20 }, () =>
				fetch(`${first.url}/increment/x`, { method: "POST" }),
			),
		);
		await first.get("/global/counters");
		await first.serve.stop();
		await alter(
			project,
			"stale",
			"INSERT INTO stale (key, until) VALUES ('x', 1); ALTER TABLE stale RENAME COLUMN key TO other",
		);
		await alter(project, "known", "DROP TABLE failures");

		const { serve, get } = await startServe(project);
		await serve.reports('"during":"start"');
		await get("/global/counters");
		await serve.reports('"during":"alarm"');
		const lines = serve.stderr
			.split("\n")
			.filter((line) => line.includes('"event":"object-failed"'))
			.map((line) => JSON.parse(line));
		expect(lines).toContainEqual(
			expect.objectContaining({
				level: "error",
				namespace: "METRICS_DO",
				object: "global",
				during: "alarm",
				instance: expect.stringContaining("urn:uuid:"),
				error: expect.stringContaining("no such column: key"),
			}),
		);
		expect(lines).toContainEqual(
			expect.objectContaining({
				object: expect.stringMatching(/^shard[01]$/),
				during: "start",
				error: expect.stringContaining("no such table: failures"),
			}),
		);
	});
});
