import { describe, expect, it } from "vitest";
import {
	Cli,
	cli,
	descendants,
	freePort,
	running,
} from "../support/process.ts";
import { Project } from "../support/project.ts";

/** Plants a bug: code that runs in the process before counter-gen does. */
function plant(code: string): { NODE_OPTIONS: string } {
	const url = `data:text/javascript,${encodeURIComponent(code)}`;
	return { NODE_OPTIONS: `--import=${url}` };
}

const inCommand = plant("delete Array.prototype.toSorted");
const later = plant('process.on("SIGUSR2", () => { throw new Error("boom") })');

describe("a bug", () => {
	it("is one diagnostic without a stack that asks to be reported", async () => {
		const { dir } = await Project.create({ packages: false });
		const { status, stdout, stderr } = await cli(["validate"], dir, inCommand);
		expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
		expect(stderr).toBe(
			`error [internal-error] counter-gen failed: all.toSorted is not a function
  why: This is a bug in counter-gen, not in what you wrote.
  fix: Report it, with what this command prints when DEBUG=1 is set, and your counters.yaml.
`,
		);
	});

	it("shows its stack where DEBUG is set", async () => {
		const { dir } = await Project.create({ packages: false });
		const { stderr } = await cli(["validate"], dir, {
			...inCommand,
			DEBUG: "1",
		});
		expect(stderr).toMatch(
			/why: TypeError: .* is not a function\n +at .*dist\/[\w-]+\.js:\d+:\d+/,
		);
	});

	it("is JSON where that was asked for", async () => {
		const { dir } = await Project.create({ packages: false });
		const argv = ["validate", "--json"];
		const { status, stdout, stderr } = await cli(argv, dir, inCommand);
		expect({ status, stderr }).toEqual({ status: 70, stderr: "" });
		expect(JSON.parse(stdout)).toMatchObject({
			ok: false,
			diagnostics: [{ code: "internal-error" }],
			warnings: [],
		});
	});

	it("ends a server's children, too, wherever it comes from", async () => {
		const { dir } = await Project.create();
		const port = String(await freePort());
		const argv = ["serve", "--port", port, "--json"];
		const serve = new Cli(argv, { cwd: dir, env: later });
		await serve.reports("counts are kept in");
		const children = await descendants(serve.pid);
		expect(children).not.toEqual([]);
		serve.signal("SIGUSR2");
		const { status, stdout, stderr } = await serve.ended;
		expect(status).toBe(70);
		expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
			ok: false,
			diagnostics: [
				{ code: "internal-error", what: "counter-gen failed: boom" },
			],
		});
		expect(stderr).not.toContain(" at ");
		expect(await running(children)).toEqual([]);
	});
});
