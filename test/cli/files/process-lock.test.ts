import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ProcessLock, withLock } from "../../../cli/files/process-lock.ts";
import { Project } from "../../support/project.ts";

const never = new AbortController().signal;

/** Has the lock be a file's, as it is where sockets have no other names. */
function onSystem(platform: string): void {
	vi.spyOn(process, "platform", "get").mockReturnValue(
		platform as NodeJS.Platform,
	);
	onTestFinished(() => {
		vi.restoreAllMocks();
	});
}

async function newPath(): Promise<string> {
	return (await Project.create({ packages: false })).path("lock");
}

/** Takes a lock in a process that is killed. */
async function abandon(path: string, platform: string): Promise<void> {
	const child = fork(
		fileURLToPath(new URL("lock-holder.ts", import.meta.url)),
		[path, platform],
	);
	expect(await once(child, "message")).toEqual(["taken", undefined]);
	await expect(ProcessLock.take(path)).resolves.toBeUndefined();
	child.kill("SIGKILL");
	await once(child, "exit");
}

describe.each(["linux", "darwin"])("the lock of a path on %s", (platform) => {
	it("is one process's at a time, and leaves nothing behind", async () => {
		onSystem(platform);
		const path = await newPath();
		const sockets = () =>
			readdirSync("/tmp").filter((name) => /^counter-gen-\d+-/.test(name));
		const before = sockets();
		const lock = await ProcessLock.take(path);
		expect(await ProcessLock.take(path)).toBeUndefined();
		lock?.release();
		const next = await ProcessLock.take(path);
		expect(next).toBeDefined();
		next?.release();
		expect(existsSync(path)).toBe(false);
		expect(sockets()).toEqual(before);
	});

	it("is free once its owner was killed", async () => {
		onSystem(platform);
		const path = await newPath();
		await abandon(path, platform);
		const lock = await ProcessLock.take(path);
		expect(lock).toBeDefined();
		lock?.release();
	});
});

describe("work under a lock", () => {
	it("is done one after the other", async () => {
		const path = await newPath();
		const done: string[] = [];
		const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
		const { promise: going, resolve: goOn } = Promise.withResolvers<void>();
		const first = withLock(
			path,
			never,
			() => done.push("first waits"),
			async () => {
				begin();
				await going;
				done.push("first");
			},
		);
		await begun;
		const second = withLock(path, never, goOn, async () => {
			done.push("second");
		});
		await Promise.all([first, second]);
		expect(done).toEqual(["first", "second"]);
	});

	it("frees the lock if it fails", async () => {
		const path = await newPath();
		const fail = withLock(
			path,
			never,
			() => {},
			() => Promise.reject(new Error("no")),
		);
		await expect(fail).rejects.toThrow("no");
		expect(await withLock(path, never, expect.fail, async () => 1)).toBe(1);
	});

	it("is not begun if the waiting was ended", async () => {
		const path = await newPath();
		const lock = await ProcessLock.take(path);
		const stop = new AbortController();
		const waiting = withLock(
			path,
			stop.signal,
			() => stop.abort(),
			async () => expect.fail("began"),
		);
		await expect(waiting).rejects.toMatchObject({
			diagnostics: [{ code: "interrupted" }],
		});
		lock?.release();
	});
});
