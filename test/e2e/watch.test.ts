import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Cli, cli, eventually } from "../support/process.ts";
import { Project } from "../support/project.ts";

interface Event {
	event: string;
	ok: boolean;
	written?: string[];
	diagnostics?: { code: string }[];
}

/** `generate --watch --json`, and what it has printed so far. */
class Watch {
	readonly process: Cli;

	constructor(project: Project, argv: readonly string[] = []) {
		this.process = new Cli(["generate", "--watch", "--json", ...argv], {
			cwd: project.dir,
		});
	}

	get events(): Event[] {
		const lines = this.process.stdout.split("\n").slice(0, -1);
		return lines.map((line) => JSON.parse(line));
	}

	/** The n-th event, from 1. */
	async event(n: number): Promise<Event | undefined> {
		const events = await eventually(
			async () => this.events,
			({ length }) => length >= n,
		);
		return events[n - 1];
	}
}

const shards = async (project: Project) =>
	/shardCount = (\d+)/.exec(
		await project.read("generated/src/counters.ts"),
	)?.[1];

const withShards = async (project: Project, count: number) =>
	(await project.read("counters.yaml")).replace(
		/shardCount: \d+/,
		`shardCount: ${count}`,
	);

describe("counter-gen generate --watch", () => {
	it("follows the configuration until Ctrl-C", async () => {
		const project = await Project.create({ packages: false });
		const watch = new Cli(["generate", "--watch"], { cwd: project.dir });
		await watch.reports("following counters.yaml; Ctrl-C stops it");
		expect(watch.stdout).toMatch(/^generated: \d+ written, 0 removed/);
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		await watch.reports("update src/counters.ts");

		await project.edit("counters.yaml", "shardCount: 3", "shardCount: lots");
		await watch.reports("the output stays as it was");
		expect(watch.stderr).toContain("counters.yaml:8:17 error [wrong-type]");
		expect(await shards(project)).toBe("3");

		expect(await watch.stop()).toMatchObject({ status: 0 });
		const files = await readdir(project.dir, { recursive: true });
		expect(files.filter((name) => name.endsWith(".tmp"))).toEqual([]);
	});

	it("prints one event a line with --json", async () => {
		const project = await Project.create({ packages: false });
		const watch = new Watch(project);
		expect(await watch.event(1)).toMatchObject({
			event: "generated",
			ok: true,
			removed: [],
			unchanged: 0,
		});
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: lots");
		expect(await watch.event(2)).toMatchObject({
			event: "refused",
			ok: false,
			diagnostics: [{ code: "wrong-type" }],
		});
		await project.edit("counters.yaml", "shardCount: lots", "shardCount: 4");
		expect(await watch.event(3)).toMatchObject({
			written: ["README.md", "src/counters.ts"],
		});
		const { status, stderr } = await watch.process.stop();
		expect(status).toBe(0);
		expect(stderr).not.toContain("[wrong-type]");
	});

	it("starts with a broken configuration, or with none", async () => {
		const project = await Project.create({ packages: false });
		const config = await project.read("counters.yaml");
		await rm(project.path("counters.yaml"));
		const watch = new Watch(project);
		expect(await watch.event(1)).toMatchObject({
			diagnostics: [{ code: "file-not-found" }],
		});
		await project.replace("counters.yaml", config);
		expect(await watch.event(2)).toMatchObject({ event: "generated" });
	});

	it.each(["--check", "--dry-run"])("does not go with %s", async (option) => {
		const project = await Project.create({ packages: false });
		const { status, stderr } = await cli(
			["generate", "--watch", option],
			project.dir,
		);
		expect(status).toBe(2);
		expect(stderr).toContain(
			`option '--watch' cannot be used with option '${option}'`,
		);
	});

	it("ends at once where no edit would help", async () => {
		const project = await Project.create({ packages: false });
		const { status, stderr } = await cli(
			["generate", "--watch", "--out", "."],
			project.dir,
		);
		expect(status).toBe(2);
		expect(stderr).toContain("[invalid-out]");
	});
});

describe("what is followed", () => {
	it("is a file that disappears, is a folder, and comes back", async () => {
		const project = await Project.create({ packages: false });
		const next = await withShards(project, 5);
		const watch = new Watch(project);
		await watch.event(1);
		await rm(project.path("counters.yaml"));
		expect(await watch.event(2)).toMatchObject({
			diagnostics: [{ code: "file-not-found" }],
		});
		await mkdir(project.path("counters.yaml"));
		expect(await watch.event(3)).toMatchObject({
			diagnostics: [{ code: "not-a-file" }],
		});
		await rm(project.path("counters.yaml"), { recursive: true });
		await project.write("counters.yaml", next);
		expect(
			await eventually(
				() => shards(project),
				(count) => count === "5",
			),
		).toBe("5");
	});

	it("is a file whose folder is replaced", async () => {
		const project = await Project.create({ packages: false });
		for (const [folder, count] of [
			["one", 3],
			["two", 4],
			["three", 5],
		] as const) {
			await mkdir(project.path(folder));
			const text = await withShards(project, count);
			await project.write(`${folder}/counters.yaml`, text);
		}
		await rename(project.path("one"), project.path("now"));
		const argv = ["--config", "now/counters.yaml", "--out", "generated"];
		const watch = new Watch(project, argv);
		await watch.event(1);
		expect(await shards(project)).toBe("3");
		for (const [folder, count] of [
			["two", "4"],
			["three", "5"],
		] as const) {
			await rm(project.path("generated"), { recursive: true });
			await rm(project.path("now"), { recursive: true });
			await rename(project.path(folder), project.path("now"));
			expect(
				await eventually(
					() => shards(project).catch(() => "none"),
					(now) => now === count,
				),
			).toBe(count);
		}
	});

	it("is what a link leads to, and where it leads", async () => {
		const project = await Project.create({ packages: false });
		await mkdir(project.path("shared"));
		await rename(project.path("counters.yaml"), project.path("shared/a.yaml"));
		await symlink("shared/a.yaml", project.path("counters.yaml"));
		const watch = new Watch(project);
		await watch.event(1);
		const become = async (count: string) =>
			expect(
				await eventually(
					() => shards(project),
					(now) => now === count,
				),
			).toBe(count);
		// In place, by replacement as editors do it, and another target.
		await project.write("shared/a.yaml", await withShards(project, 3));
		await become("3");
		await project.write("shared/new", await withShards(project, 4));
		await rename(project.path("shared/new"), project.path("shared/a.yaml"));
		await become("4");
		await project.write("shared/b.yaml", await withShards(project, 5));
		await symlink("shared/b.yaml", project.path("link"));
		await rename(project.path("link"), project.path("counters.yaml"));
		await become("5");
		await project.edit("shared/b.yaml", "shardCount: 5", "shardCount: 6");
		await become("6");
	});
});

describe("a generated file", () => {
	it("is generated again when it is deleted, and that once", async () => {
		const project = await Project.create({ packages: false });
		const watch = new Watch(project);
		const first = await watch.event(1);
		await rm(project.path("generated/src/index.ts"));
		expect(await watch.event(2)).toMatchObject({
			written: ["src/index.ts"],
		});
		await rename(project.path("generated"), project.path("away"));
		const again = await watch.event(3);
		expect(again?.written).toContain("src/counters.ts");
		expect(again?.written).toEqual(first?.written);
		// Several looks later nothing has happened.
		await wait(600);
		expect(watch.events).toHaveLength(3);
	});

	it("that was edited may be deleted, as it is advised", async () => {
		const project = await Project.create({ packages: false });
		const watch = new Watch(project);
		await watch.event(1);
		await project.edit("generated/src/counters.ts", "class", "klass");
		await project.edit("counters.yaml", "shardCount: 2", "shardCount: 3");
		expect(await watch.event(2)).toMatchObject({
			diagnostics: [{ code: "edited-file" }],
		});
		await rm(project.path("generated/src/counters.ts"));
		expect(await watch.event(3)).toMatchObject({ event: "generated" });
		expect(await shards(project)).toBe("3");
	});

	it("that is not ours may be moved out of the way", async () => {
		const project = await Project.create({ packages: false });
		await mkdir(project.path("generated"));
		await project.write("generated/README.md", "mine\n");
		const watch = new Watch(project);
		expect(await watch.event(1)).toMatchObject({
			diagnostics: [{ code: "foreign-file" }],
		});
		await rename(
			project.path("generated/README.md"),
			project.path("README.md"),
		);
		expect(await watch.event(2)).toMatchObject({ event: "generated" });
	});
});
