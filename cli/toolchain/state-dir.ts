import { readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CounterGenError } from "../errors.ts";

/** What `serve` keeps in its state folder; absolute paths. */
export interface StateDir {
	/** The bundle, and the configuration that workerd reads. */
	worker: string;
	/** Counts: the storage of every Durable Object, and KV. */
	data: string;
	/** Holds the process id of the workerd that uses the folder. */
	pidFile: string;
}

/**
 * Makes the state folder, or takes an existing one, and claims it for this
 * process. Git is told to ignore a new one.
 *
 * @param dir absolute path
 * @throws CounterGenError `state-in-use`, `state-not-writable`
 */
export async function openStateDir(dir: string): Promise<StateDir> {
	const state: StateDir = {
		worker: join(dir, "worker"),
		data: join(dir, "data"),
		pidFile: join(dir, "workerd.pid"),
	};
	try {
		const isNew = (await mkdir(dir, { recursive: true })) !== undefined;
		if (isNew) await writeFile(join(dir, ".gitignore"), "*\n");
		await mkdir(state.worker, { recursive: true });
		await mkdir(state.data, { recursive: true });
		await claim(state.pidFile);
	} catch (error) {
		if (error instanceof CounterGenError) throw error;
		throw new CounterGenError({
			code: "state-not-writable",
			what: `${dir} cannot be used for state: ${(error as Error).message}`,
			fix: "Choose another folder with --state.",
		});
	}
	return state;
}

async function claim(pidFile: string): Promise<void> {
	const mine = { flag: "wx", flush: true };
	try {
		await writeFile(pidFile, String(process.pid), mine);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		const pid = Number(await readFile(pidFile, "utf8"));
		if (pid > 0 && isRunning(pid))
			throw new CounterGenError({
				code: "state-in-use",
				what: `Process ${pid} serves from this state already`,
				why: "Two servers on one state would corrupt each other's counts.",
				fix: `Stop that one, or choose another folder with --state. If process ${pid} is something else, delete ${pidFile}.`,
			});
		// Left behind by a process that was killed.
		await rm(pidFile, { force: true });
		await writeFile(pidFile, String(process.pid), mine);
	}
}

/** Whether a process runs; one that ended but was not reaped does not. */
function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		return !/\) Z /.test(stat);
	} catch {
		// No /proc here: it has not been seen to have ended.
		return true;
	}
}

/** Hands the claim over to workerd, which may outlive this process. */
export async function handOver(
	{ pidFile }: StateDir,
	pid: number | undefined,
): Promise<void> {
	if (pid !== undefined) await writeFile(pidFile, String(pid));
}

/** Gives the claim up: nothing uses the state any more. */
export async function closeStateDir({ pidFile }: StateDir): Promise<void> {
	await rm(pidFile, { force: true });
}
