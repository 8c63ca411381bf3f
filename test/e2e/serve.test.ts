import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import {
	Cli,
	cli,
	descendants,
	eventually,
	freePort,
	running,
} from "../support/process.ts";
import { Project } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";

/** A server that tests leave running. */
const serving = shared(async (until) => {
	const project = await Project.create({ until });
	return { project, ...(await startServe(project, [], { until })) };
});

describe("counter-gen serve", () => {
	it("counts every namespace, and publishes to its KV", async () => {
		const project = await Project.create();
		const { serve, url } = await startServe(project);
		for (const [base, counter, read] of [
			[url, "load-test", "global"],
			[url, "load-test", "KV"],
			[url, "load-test", "exact"],
			[`${url}/votes`, "agree", "KV"],
		] as const) {
			const load = await cli(
				[
					"load",
					base,
					"--counter",
					counter,
					"--verify",
					read.toLowerCase(),
					"--requests",
					"500",
				],
				project.dir,
			);
			expect(load.stderr).not.toContain("error");
			expect(load.stdout).toContain(
				`verified: ${read} total of ${counter} rose by exactly 500`,
			);
			expect(load.status).toBe(0);
		}
		const started = await descendants(serve.pid);
		expect(started).toHaveLength(1);
		expect(await serve.stop()).toMatchObject({ status: 0, stdout: "" });
		expect(await running(started)).toEqual([]);
	});

	it("shows what the Worker logs", async () => {
		const { project, serve, url } = serving();
		await fetch(`${url}/global/reset`, {
			method: "POST",
			headers: { Authorization: `Bearer ${await project.token()}` },
		});
		await serve.reports('"level":"info","event":"reset","namespace":');
		expect(serve.stdout).toBe("");
	});

	it("keeps what it acknowledged when it is killed", async () => {
		const project = await Project.create();
		await project.edit("counters.yaml", "100ms", "3s");
		const first = await startServe(project, ["--state", "state"]);
		const [workerd = 0] = await descendants(first.serve.pid);
		for (let n = 0; n < 20; n++)
			await fetch(`${first.url}/increment/kept`, { method: "POST" });
		process.kill(workerd, "SIGKILL");
		const ended = await first.serve.ended;
		expect(ended.status).toBe(1);
		expect(ended.stderr).toContain(
			"[server-ended] workerd ended by itself, by SIGKILL",
		);

		const second = await startServe(project, ["--state", "state"]);
		// No request reaches a shard: its alarm brings the counts.
		const counters = await eventually(
			() => second.get("/global/counters"),
			({ kept }) => kept === 20,
		);
		expect(counters).toEqual({ kept: 20 });
		const published = await eventually(
			() => second.get("/counters"),
			({ kept }) => kept === 20,
		);
		expect(published).toEqual({ kept: 20 });
	});

	it("takes over the KV of a state that an earlier version wrote", async () => {
		const project = await Project.create();
		const first = await startServe(project, ["--state", "state"]);
		await fetch(`${first.url}/increment/kept`, { method: "POST" });
		const published = { kept: 1 };
		const isPublished = ({ kept }: Record<string, number>) => kept === 1;
		await eventually(() => first.get("/counters"), isPublished);
		await first.serve.stop();
		const folder = project.path("state/data/kv");
		const [name = ""] = (await readdir(folder)).filter((one) =>
			/^[0-9a-f]+\.sqlite$/.test(one),
		);
		const file = join(folder, name);
		const before = new DatabaseSync(file);
		before.exec(`
			ALTER TABLE pieces RENAME TO later;
			CREATE TABLE pieces (
				key TEXT NOT NULL,
				part INTEGER NOT NULL,
				piece BLOB NOT NULL,
				metadata TEXT,
				PRIMARY KEY (key, part)
			) WITHOUT ROWID;
			INSERT INTO pieces SELECT * FROM later;
			DROP TABLE later;
		`);
		before.close();

		const second = await startServe(project, ["--state", "state"]);
		expect(await second.get("/counters")).toEqual(published);
		await second.serve.stop();
		const after = new DatabaseSync(file);
		expect(
			after
				.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
				.all(),
		).not.toContainEqual({ name: "before" });
		expect(after.prepare("SELECT rowid FROM pieces").all()).toHaveLength(1);
		after.close();
	});

	it("sets a copy going again that has no alarms", async () => {
		const project = await Project.create();
		// The copy starts before it is due: an object then sets no alarm itself.
		await project.edit("counters.yaml", "100ms", "30s");
		const first = await startServe(project);
		for (let n = 0; n < 20; n++)
			await fetch(`${first.url}/increment/kept`, { method: "POST" });
		await first.serve.stop();
		await cp(project.path(".counter-gen"), project.path("copy"), {
			recursive: true,
			filter: (path) => !path.includes("metadata.sqlite"),
		});

		const second = await startServe(project, ["--state", "copy"]);
		expect(second.serve.stderr).toContain(
			"alarms are gone from copy/data: setting them again",
		);
		// No request reaches a shard.
		const published = await eventually(
			() => second.get("/counters"),
			({ kept }) => kept === 20,
		);
		expect(published).toEqual({ kept: 20 });
		await second.serve.stop();
		const third = await startServe(project, ["--state", "copy"]);
		expect(third.serve.stderr).not.toContain("alarms");
	});

	it("keeps the counts of a namespace that is renamed, there and back", async () => {
		const project = await Project.create();
		const first = await startServe(project);
		await fetch(`${first.url}/votes/increment/agree`, { method: "POST" });
		await first.serve.stop();
		const config = await project.read("counters.yaml");
		for (const [key, from] of [
			["polls", "votes"],
			["votes", "polls"],
		]) {
			await project.write(
				"counters.yaml",
				config.replace(
					"  votes:",
					`  ${key}:\n    renamedFrom: ${from}\n    mount: /votes`,
				),
			);
			const next = await startServe(project);
			expect(await next.get("/votes/counters?read=exact")).toEqual({
				agree: 1,
			});
			await next.serve.stop();
		}
	});

	it("leaves no counts behind: not those of a namespace that left the file, nor of one that came and went before", async () => {
		const project = await Project.create();
		const config = await project.read("counters.yaml");
		const configure = (votes: string) =>
			project.write("counters.yaml", config.replace("  votes:", votes));
		await (await startServe(project)).serve.stop();
		await configure("  polls:");
		const polls = await startServe(project);
		await fetch(`${polls.url}/polls/increment/agree`, { method: "POST" });
		await polls.serve.stop();

		await configure("  votes:");
		const refused = await cli(
			["serve", "--port", String(await freePort())],
			project.dir,
		);
		expect(refused.status).toBe(2);
		expect(refused.stderr).toContain(
			"error [namespace-dropped] The namespace `polls`",
		);
		expect(refused.stderr).toContain(".counter-gen/data has its class Polls");

		await configure("  votes:\n    renamedFrom: polls");
		const votes = await startServe(project);
		expect(await votes.get("/votes/counters?read=exact")).toEqual({ agree: 1 });
	});

	it("refuses a state that another one serves from", async () => {
		const { project } = serving();
		const port = String(await freePort());
		const second = await cli(["serve", "--port", port], project.dir);
		expect(second.status).toBe(2);
		expect(second.stderr).toContain("[state-in-use]");
	});

	it("lets only one of two that start together have the state", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		const both = await Promise.all(
			[await freePort(), await freePort()].map(async (port) => {
				const serve = new Cli(["serve", "--port", String(port)], {
					cwd: project.dir,
				});
				return serve.reports("counts are kept in").then(
					() => "serves",
					() => serve.ended.then(({ stderr }) => stderr),
				);
			}),
		);
		expect(both.filter((one) => one === "serves")).toHaveLength(1);
		expect(both.find((one) => one !== "serves")).toContain("[state-in-use]");
	});

	it("raises the limit of open files where it may, so that all objects can live", async () => {
		const project = await Project.create();
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 150");
		const { serve, url } = await startServe(project, [], { ulimit: "-Sn 256" });
		expect(serve.stderr).not.toContain("warning");
		const statuses = await Promise.all(
			Array.from({ length: 300 }, async () => {
				const answer = await fetch(`${url}/increment/many`, { method: "POST" });
				return answer.status;
			}),
		);
		expect(new Set(statuses)).toEqual(new Set([200]));
	});

	it("says before it starts that objects can need more files than it may open", async () => {
		const project = await Project.create();
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 150");
		const { serve } = await startServe(project, [], { ulimit: "-n 256" });
		const [before = ""] = serve.stderr.split("bundling");
		expect(before).toContain(
			"warning [few-open-files] workerd may open 256 files, and 153 objects can need 541",
		);
	});

	it("hides its state from git, and the token from its files", async () => {
		const { project } = serving();
		expect(await project.read(".counter-gen/.gitignore")).toBe("*\n");
		const config = await readFile(
			project.path(".counter-gen/worker/config.capnp"),
			"utf8",
		);
		expect(config).toContain("COUNTER_ADMIN_TOKEN");
		expect(config).not.toContain(await project.token());
	});

	it("keeps the admin routes closed where there is no token", async () => {
		const project = await Project.create();
		await cli(["generate"], project.dir);
		await project.write("generated/.dev.vars", "OTHER=1\n");
		const { url } = await startServe(project);
		const answer = await fetch(`${url}/global/counters`, {
			headers: { Authorization: "Bearer x" },
		});
		expect(answer.status).toBe(503);
		expect(await answer.text()).toContain("COUNTER_ADMIN_TOKEN");
		expect((await fetch(`${url}/increment/open`)).status).toBe(200);
	});
});
