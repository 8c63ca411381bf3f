import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cli, eventually, freePort, Program } from "../support/process.ts";
import { bin, Project } from "../support/project.ts";

/** Runs a command where nothing can be written but below the folder "$1". */
const READ_ONLY = `set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount --bind "$2" "$2"
mount -o remount,bind,ro "$2"
mount -o remount,bind,ro /
if touch "$2/written" 2>/dev/null; then exit 99; fi
cd "$2"
shift 2
exec "$@"`;

/** Tries to have mounts of its own; returns the system's refusal, empty if there is none. */
function refusal(): string {
	const { status, stderr, error } = spawnSync(
		"unshare",
		["-m", "mount", "--make-rprivate", "/"],
		{ encoding: "utf8" },
	);
	return status === 0 ? "" : stderr || String(error);
}

const refused = refusal();
if (refused) console.warn(`nothing read-only is tried here: ${refused}`);

/** Starts `counter-gen` in a project that it can only read. */
function reading(project: Project, state: Project, argv: string[]): Program {
	const program = [process.execPath, bin, ...argv];
	const script = ["-c", READ_ONLY, "bash", state.dir, project.dir];
	return new Program("unshare", ["-m", "bash", ...script, ...program], {
		cwd: project.dir,
	});
}

describe.skipIf(refused !== "")("serve --state, all else read-only", () => {
	it("counts, and keeps what it needs in the state folder", async () => {
		const [project, state] = [await Project.create(), await Project.create()];
		await cli(["generate"], project.dir);
		const port = String(await freePort());
		const argv = ["serve", "--port", port, "--state", state.path("state")];
		const serve = reading(project, state, argv);
		await serve.reports("counts are kept in");
		const secrets = await state.read("state/.dev.vars");
		const [, token] = /COUNTER_ADMIN_TOKEN=(\S+)/.exec(secrets) ?? [];
		const url = `http://127.0.0.1:${port}`;
		await fetch(`${url}/increment/x`, { method: "POST" });
		const exact = await fetch(`${url}/counters?read=exact`, {
			headers: { Authorization: `Bearer ${token}` },
		});
		expect(await exact.json()).toEqual({ x: 1 });
		const published = await eventually(
			async () =>
				(await fetch(`${url}/counters`)).json() as Promise<{ x?: number }>,
			({ x }) => x === 1,
		);
		expect(published).toEqual({ x: 1 });
		expect(serve.stderr).toContain("state/.dev.vars");
		expect(await serve.stop()).toMatchObject({ status: 0 });
	});

	it("says that it cannot write a project that is not up to date", async () => {
		const [project, state] = [await Project.create(), await Project.create()];
		const argv = ["serve", "--state", state.path("state")];
		const { status, stderr } = await reading(project, state, argv).ended;
		expect(status).toBe(2);
		expect(stderr).toContain("[output-not-writable]");
	});
});
