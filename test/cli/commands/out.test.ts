import { execFileSync } from "node:child_process";
import {
	linkSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryDirectory } from "../../support/config.ts";
import type { Finished } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";

const config = "version: 1\nnamespaces:\n  metrics: {}\n";

/** A temporary directory with a project in its folder `app`. */
class Place {
	readonly dir: string = temporaryDirectory();
	readonly app: string = join(this.dir, "app");

	constructor() {
		mkdirSync(this.app);
		this.write("app/counters.yaml", config);
	}

	path(name: string): string {
		return join(this.dir, name);
	}

	write(name: string, text: string): void {
		writeFileSync(this.path(name), text);
	}

	read(name: string): string {
		return readFileSync(this.path(name), "utf8");
	}

	/** Runs `generate` in `app`. */
	generate(...argv: string[]): Promise<Finished> {
		const env = { HOME: this.path("home") };
		return runCli(["generate", "--json", ...argv], { cwd: this.app, env });
	}

	/** Expects that `generate` is refused and leaves everything as it was. */
	async refuses(...argv: string[]): Promise<Record<string, unknown>[]> {
		const before = readdirSync(this.dir, { recursive: true });
		const { status, stdout } = await this.generate(...argv);
		expect(status).toBe(2);
		expect(readdirSync(this.dir, { recursive: true })).toEqual(before);
		return JSON.parse(stdout).diagnostics;
	}
}

const done = expect.objectContaining({ status: 0 });

describe("an output folder outside of the project", () => {
	test("is taken if it was named", async () => {
		const place = new Place();
		expect(await place.generate("--out", "../worker")).toEqual(done);
		expect(readdirSync(place.path("worker"))).toContain("wrangler.toml");
		expect(JSON.parse(place.read("app/counters.lock.json"))).toMatchObject({
			outputs: { "../worker": expect.anything() },
		});
		expect(await place.generate("--out", "../worker", "--check")).toEqual(done);
	});

	test("cannot be set by the configuration", async () => {
		const place = new Place();
		place.write("app/counters.yaml", `${config}out: ../worker\n`);
		expect(await place.refuses()).toMatchObject([{ code: "unknown-key" }]);
	});

	test("may be the current directory, if that is none of the user's", async () => {
		const place = new Place();
		mkdirSync(place.path("worker"));
		const argv = ["--config", "../app/counters.yaml", "--out", "."];
		const cwd = place.path("worker");
		expect(await runCli(["generate", ...argv], { cwd })).toEqual(done);
	});

	test("is not one behind a link, unless it was named", async () => {
		const place = new Place();
		mkdirSync(place.path("elsewhere"));
		symlinkSync("../elsewhere", place.path("app/generated"));
		expect(await place.refuses()).toMatchObject([
			{
				code: "path-obstructed",
				what: "generated should be a folder, but something else is there.",
				fix: expect.stringContaining("say so: --out generated"),
			},
		]);
		expect(await place.generate("--out", "generated")).toEqual(done);
		expect(readdirSync(place.path("elsewhere"))).toContain("wrangler.toml");
	});

	test("is not made up where a link leads nowhere", async () => {
		const place = new Place();
		symlinkSync("../nowhere", place.path("app/generated"));
		for (const argv of [[], ["--out", "generated"]])
			expect(await place.refuses(...argv)).toMatchObject([
				{ code: "path-obstructed", where: { file: "generated" } },
			]);
	});
});

describe("an output folder is refused", () => {
	test.each([
		["the project's own", "."],
		["the project's own in other words", "../app/../app/"],
		["above the project", ".."],
		["the root", "/"],
		["the home directory", "../home"],
		["above the home directory", ".."],
		["the project's own behind a link", "../link"],
		["in node_modules", "node_modules/worker"],
		["in the node_modules of another", "../home/node_modules/x/y"],
		["of git", ".git/worker"],
		["of git on a file system that does not tell", ".Git/worker"],
		["of git behind a link", "../hidden/worker"],
	])("if it is %s", async (_, out) => {
		const place = new Place();
		mkdirSync(place.path("home"));
		mkdirSync(place.path("app/.git"));
		symlinkSync("app", place.path("link"));
		symlinkSync("app/.git", place.path("hidden"));
		expect(await place.refuses("--out", out)).toMatchObject([
			{ code: "invalid-out" },
		]);
	});

	test("also by --check and --dry-run", async () => {
		const place = new Place();
		for (const option of ["--check", "--dry-run"])
			expect(await place.refuses(option, "--out", ".")).toMatchObject([
				{ code: "invalid-out" },
			]);
	});

	test("but not for where the project itself lies", async () => {
		const place = new Place();
		mkdirSync(place.path("home/node_modules/.git"), { recursive: true });
		renameSync(place.app, place.path("home/node_modules/.git/app"));
		const cwd = place.path("home/node_modules/.git/app");
		expect(await runCli(["generate"], { cwd })).toEqual(done);
	});
});

describe("a link below the output folder", () => {
	test.each([[[]], [["--out", "generated"]]])(
		"is never followed: generate %j",
		async (argv) => {
			const place = new Place();
			expect(await place.generate(...argv)).toEqual(done);
			renameSync(place.path("app/generated/src"), place.path("elsewhere"));
			symlinkSync("../../elsewhere", place.path("app/generated/src"));
			renameSync(place.path("app/generated/README.md"), place.path("mine"));
			symlinkSync("../../mine", place.path("app/generated/README.md"));
			expect(await place.refuses(...argv)).toMatchObject([
				{ code: "path-obstructed", where: { file: "generated/README.md" } },
				{ code: "path-obstructed", where: { file: "generated/src" } },
			]);
		},
	);

	test("is not the lock either", async () => {
		const place = new Place();
		await place.generate();
		renameSync(place.path("app/counters.lock.json"), place.path("lock"));
		symlinkSync("../lock", place.path("app/counters.lock.json"));
		expect(await place.refuses()).toMatchObject([
			{ code: "lock-broken", what: expect.stringContaining("is a link") },
		]);
	});
});

describe("what is no plain file", () => {
	test.each([
		["generated/README.md", "path-obstructed"],
		["generated/src", "path-obstructed"],
		["counters.lock.json", "lock-broken"],
		["counters.yaml", "not-a-file"],
	])("is neither opened nor replaced: a pipe at %s", async (path, code) => {
		const place = new Place();
		await place.generate();
		rmSync(join(place.app, path), { recursive: true });
		execFileSync("mkfifo", [join(place.app, path)]);
		expect(await place.refuses()).toMatchObject([{ code }]);
		expect(await place.refuses("--dry-run")).toMatchObject([{ code }]);
	});

	test("is not a file of two names: the other one keeps its text", async () => {
		const place = new Place();
		await place.generate();
		const readme = place.path("app/generated/README.md");
		linkSync(readme, place.path("backup"));
		const before = place.read("backup");
		place.write("app/counters.yaml", `${config}  votes: {}\n`);
		expect(await place.generate()).toEqual(done);
		expect(place.read("app/generated/README.md")).toContain("votes");
		expect(place.read("backup")).toBe(before);
	});
});

describe("a folder that counter-gen filled before", () => {
	test("is not shared by another configuration, which is told whose it is", async () => {
		const place = new Place();
		place.write("app/staging.yaml", config);
		await place.generate();
		const diagnostics = await place.refuses("--config", "staging.yaml");
		expect(diagnostics[0]).toMatchObject({
			code: "foreign-file",
			what: expect.stringMatching(
				/^generated\/\.gitignore and \d+ more came from counters\.yaml\.$/,
			),
			fix: expect.stringContaining("Choose another folder with --out"),
		});
		expect(diagnostics).toHaveLength(1);
		expect(await place.generate("--check")).toEqual(done);
	});

	test("is taken back without a lock if it is as it would be written", async () => {
		const place = new Place();
		await place.generate();
		const lock = place.read("app/counters.lock.json");
		rmSync(place.path("app/counters.lock.json"));
		const check = await place.generate("--check");
		expect(check.status).toBe(1);
		expect(JSON.parse(check.stdout)).toMatchObject({
			drift: ["counters.lock.json: missing"],
		});
		const { stdout } = await place.generate();
		expect(JSON.parse(stdout)).toMatchObject({ written: [], removed: [] });
		expect(place.read("app/counters.lock.json")).toBe(lock);
	});

	test("is not taken back without a lock if it differs", async () => {
		const place = new Place();
		await place.generate();
		rmSync(place.path("app/counters.lock.json"));
		place.write("app/counters.yaml", config.replace("{}", "{ shardCount: 9 }"));
		expect(await place.refuses()).toMatchObject([
			{
				code: "foreign-file",
				what: "generated/README.md and 1 more came from a counters.yaml, but counters.lock.json does not know of that.",
				fix: expect.stringMatching(
					/^Restore counters\.lock\.json from version control/,
				),
			},
		]);
	});
});
