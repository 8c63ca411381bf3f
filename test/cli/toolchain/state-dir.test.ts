import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cp, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { Child } from "../../../cli/toolchain/child.ts";
import { StateDir } from "../../../cli/toolchain/state-dir.ts";
import { Project } from "../../support/project.ts";

const ROUNDS = 200;

const refused = {
	diagnostics: [
		{
			code: "state-in-use",
			what: `Process ${process.pid} serves from this state already`,
		},
	],
};

function opener(): ChildProcess {
	const child = fork(fileURLToPath(new URL("opener.ts", import.meta.url)));
	onTestFinished(() => {
		child.kill("SIGKILL");
	});
	return child;
}

async function open(
	child: ChildProcess,
	dir: string,
	at = 0,
): Promise<unknown> {
	child.send({ dir, at });
	const [answer] = await once(child, "message");
	return answer;
}

/** Opens a state folder in a process that is killed; answers its id. */
async function abandon(dir: string): Promise<number> {
	const child = opener();
	expect(await open(child, dir)).toBe("owner");
	child.kill("SIGKILL");
	await once(child, "exit");
	return child.pid ?? 0;
}

/** Has four processes open the same folder in the same millisecond. */
async function compete(prepare: (dir: string) => Promise<unknown>) {
	const project = await Project.create({ packages: false });
	const four = [opener(), opener(), opener(), opener()];
	for (const child of four) await open(child, project.path(`of-${child.pid}`));
	for (let round = 0; round < ROUNDS; round++) {
		const dir = project.path(`round-${round}`);
		await prepare(dir);
		const at = Date.now() + 10;
		const answers = four.map((child) => open(child, dir, at));
		expect((await Promise.all(answers)).toSorted(), `round ${round}`).toEqual([
			"owner",
			...Array(3).fill("state-in-use"),
		]);
	}
}

describe("a state folder", () => {
	it("that is new has one owner of many that want it at once", async () => {
		await compete(async () => {});
	});

	it("whose owner was killed has one new owner of many", async () => {
		const dir = (await Project.create({ packages: false })).path("state");
		await abandon(dir);
		await compete((copy) => cp(dir, copy, { recursive: true }));
	});

	it("can be had again once it is released", async () => {
		const dir = (await Project.create({ packages: false })).path("state");
		const first = await StateDir.open(dir);
		await expect(StateDir.open(dir)).rejects.toMatchObject(refused);
		await first.release();
		const second = await StateDir.open(dir);
		await second.release();
		expect((await readdir(dir)).toSorted()).toEqual([
			".gitignore",
			"data",
			"worker",
		]);
	});

	it("belongs to the process that it was handed over to, also if the first one is gone", async () => {
		const dir = (await Project.create({ packages: false })).path("state");
		const state = await StateDir.open(dir);
		const child = new Child("sleep", ["300"], {
			cwd: dir,
			env: process.env,
			onStdout: () => {},
			onStderr: () => {},
			lockFd: state.lock.fd,
		});
		onTestFinished(() => child.stop());
		await state.setOwner(child.pid);
		// Does what the system does if this process is killed.
		state.lock.release();
		await expect(StateDir.open(dir)).rejects.toMatchObject({
			diagnostics: [
				{ what: `Process ${child.pid} serves from this state already` },
			],
		});
		await child.stop();
		await (await StateDir.open(dir)).release();
	});

	it("stays with its new owner if the one before releases it late", async () => {
		const dir = (await Project.create({ packages: false })).path("state");
		const before = await StateDir.open(dir);
		await before.release();
		await StateDir.open(dir);
		await before.release();
		await expect(StateDir.open(dir)).rejects.toMatchObject(refused);
	});
});
