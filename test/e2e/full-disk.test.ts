import { spawnSync } from "node:child_process";
import {
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	rmdirSync,
	rmSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { Cli, cli, eventually, freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";

/** So long after its last request an object goes from memory; milliseconds. */
const EVICTED_MS = 14_000;

const FULL = "urn:problem-type:counter-gen:storage-full";

function mount(dir: string): string {
	const argv = ["-t", "tmpfs", "-o", "size=16m", "tmpfs", dir];
	const { status, stderr, error } = spawnSync("mount", argv, {
		encoding: "utf8",
	});
	return status === 0 ? "" : stderr || String(error);
}

/** Tries to mount a small disk; returns the system's refusal, empty if there is none. */
function refusal(): string {
	const dir = mkdtempSync(join(tmpdir(), "counter-gen-mount-"));
	const failure = mount(dir);
	if (failure === "") spawnSync("umount", [dir]);
	rmdirSync(dir);
	return failure.trim();
}

// A limit of the size of a file (ulimit -f) is no way out: SIGXFSZ ends workerd.
const refused = refusal();
if (refused) console.warn(`no full disk is tried here: ${refused}`);

/** A state folder on a disk of its own. */
class SmallDisk {
	readonly #filler: string;

	constructor(dir: string) {
		mkdirSync(dir);
		expect(mount(dir)).toBe("");
		// Runs after all that was started later, such as serve, is stopped.
		onTestFinished(() => {
			spawnSync("umount", ["--lazy", dir]);
		});
		this.#filler = join(dir, "filler");
	}

	/** Writes until the disk takes nothing more. */
	fill(): void {
		const file = openSync(this.#filler, "a");
		for (const size of [65_536, 4_096, 1])
			try {
				for (;;) writeSync(file, Buffer.alloc(size));
			} catch (error) {
				expect(error).toMatchObject({ code: "ENOSPC" });
			}
		closeSync(file);
	}

	empty(): void {
		rmSync(this.#filler);
	}
}

describe.skipIf(refused !== "")("serve on a disk that is full", () => {
	it("names the disk, and goes on once there is room", async () => {
		const project = await Project.create();
		const disk = new SmallDisk(project.path("state"));
		const port = String(await freePort());
		const argv = ["serve", "--port", port, "--state", "state"];
		const serve = new Cli(argv, { cwd: project.dir });
		await serve.reports("counts are kept in");
		const url = `http://127.0.0.1:${port}`;
		const headers = { Authorization: `Bearer ${await project.token()}` };
		const get = (path: string) => fetch(url + path, { headers });
		const count = (key: string) =>
			fetch(`${url}/increment/kept`, {
				method: "POST",
				headers: { "Idempotency-Key": key },
			});

		for (let n = 0; n < 20; n++)
			expect((await count(`before${n}`)).status).toBe(200);
		await eventually(
			async () => (await (await get("/counters")).json()) as { kept?: number },
			(counters) => counters.kept === 20,
		);

		disk.fill();
		const answers: Response[] = [];
		for (let n = 0; n < 20; n++) answers.push(await count(`full${n}`));
		await wait(EVICTED_MS);
		for (let n = 20; n < 30; n++) answers.push(await count(`full${n}`));
		for (const path of ["/counters", "/counters?read=global", "/global/shards"])
			answers.push(await get(path));
		const refusals = answers.filter(({ status }) => status !== 200);
		expect(refusals.length).toBeGreaterThan(20);
		for (const answer of refusals) {
			expect(await answer.json()).toMatchObject({ status: 503, type: FULL });
			expect(answer.headers.get("Retry-After")).toBe("30");
		}
		await serve.reports('"event":"storage-full"');
		await serve.reports("[state-full]");
		expect(serve.stderr.match(/\[state-full\]/g)).toHaveLength(1);

		const token = { COUNTER_ADMIN_TOKEN: await project.token() };
		const status = await cli(["status", url], project.dir, token);
		expect(status.stdout).toContain(`the disk that ${url} keeps its counts on`);
		expect(status.status).toBe(1);

		disk.empty();
		await serve.reports("has room again");
		expect((await cli(["status", url], project.dir, token)).status).toBe(0);
		for (let n = 0; n < 30; n++) {
			const { status } = await eventually(
				() => count(`full${n}`),
				(answer) => answer.status === 200,
			);
			expect(status).toBe(200);
		}
		const exact = await get("/counters?read=exact");
		expect(await exact.json()).toEqual({ kept: 50 });
		const published = await eventually(
			async () => (await (await get("/counters")).json()) as { kept?: number },
			(counters) => counters.kept === 50,
		);
		expect(published).toEqual({ kept: 50 });
	});

	it("is not begun", async () => {
		const project = await Project.create();
		const disk = new SmallDisk(project.path("state"));
		mkdirSync(project.path("state/data"));
		mkdirSync(project.path("state/worker"));
		disk.fill();
		const port = String(await freePort());
		const argv = ["serve", "--port", port, "--state", "state"];
		const { status, stderr } = await cli(argv, project.dir);
		expect(stderr).toContain("[state-full]");
		expect(status).toBe(2);
	});
});
