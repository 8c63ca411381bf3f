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
 * Makes the state folder, or takes an existing one. Git is told to ignore a
 * new one.
 *
 * @param dir absolute path
 * @throws CounterGenError `state-in-use`: two servers on one state would each
 * count with a memory of its own
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
	} catch (error) {
		throw new CounterGenError({
			code: "state-not-writable",
			what: `${dir} cannot be used for state: ${(error as Error).message}`,
			fix: "Choose another folder with --state.",
		});
	}
	await requireUnused(state.pidFile);
	return state;
}

async function requireUnused(pidFile: string): Promise<void> {
	const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
	if (!(pid > 0) || !isRunning(pid)) return;
	throw new CounterGenError({
		code: "state-in-use",
		what: `Process ${pid} serves from this state already`,
		why: "Two servers on one state would corrupt each other's counts.",
		fix: `Stop that one, or choose another folder with --state. If process ${pid} is no workerd, delete ${pidFile}.`,
	});
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** Marks the state as used by `pid`; undefined marks it as free. */
export async function markUsed(
	{ pidFile }: StateDir,
	pid: number | undefined,
): Promise<void> {
	if (pid === undefined) await rm(pidFile, { force: true });
	else await writeFile(pidFile, String(pid));
}
