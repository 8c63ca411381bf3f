import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CounterGenError } from "../errors.ts";
import { ProcessLock } from "../files/process-lock.ts";

/** The state folder of `serve`, locked for this process. Paths are absolute. */
export class StateDir {
	readonly dir: string;
	/** The bundle, and the configuration that workerd reads. */
	readonly worker: string;
	/** Counts: the storage of every Durable Object, and KV. */
	readonly data: string;
	/** Keeps other processes from using the folder. */
	readonly lock: ProcessLock;
	readonly #pidFile: string;
	#isOpen = true;

	private constructor(dir: string, lock: ProcessLock) {
		this.dir = dir;
		this.worker = join(dir, "worker");
		this.data = join(dir, "data");
		this.lock = lock;
		this.#pidFile = pidFileIn(dir);
	}

	/**
	 * Makes the state folder, or opens an existing one, and locks it. Has git
	 * ignore a new one.
	 *
	 * @param dir absolute path
	 * @throws CounterGenError `state-in-use`, `state-not-writable`
	 */
	static async open(dir: string): Promise<StateDir> {
		try {
			const isNew = (await mkdir(dir, { recursive: true })) !== undefined;
			if (isNew) await writeFile(join(dir, ".gitignore"), "*\n");
			for (const name of ["worker", "data"])
				await mkdir(join(dir, name), { recursive: true });
			const lock = await ProcessLock.take(join(dir, "lock"));
			if (!lock) throw await inUse(dir);
			const state = new StateDir(dir, lock);
			await state.setOwner(process.pid);
			return state;
		} catch (error) {
			if (error instanceof CounterGenError) throw error;
			throw notWritable(dir, error);
		}
	}

	/** Notes which process to name to others that want this state. */
	async setOwner(pid: number | undefined): Promise<void> {
		if (pid === undefined) return;
		try {
			await writeFile(this.#pidFile, `${pid}\n`);
		} catch (error) {
			const { code = "" } = error as NodeJS.ErrnoException;
			// The message goes without the process then; serve reports the
			// disk.
			if (!["ENOSPC", "EDQUOT"].includes(code)) throw error;
		}
	}

	/** Gives the folder up. A later call does nothing to its next owner. */
	async release(): Promise<void> {
		if (!this.#isOpen) return;
		this.#isOpen = false;
		await rm(this.#pidFile, { force: true });
		this.lock.release();
	}
}

function pidFileIn(dir: string): string {
	return join(dir, "pid");
}

async function inUse(dir: string): Promise<CounterGenError> {
	// Another process may have taken it this very moment.
	const pid = await readFile(pidFileIn(dir), "utf8").catch(() => "");
	return new CounterGenError({
		code: "state-in-use",
		what: `${pid ? `Process ${pid.trim()}` : "Another process"} serves from this state already`,
		why: "Two servers on one state would corrupt each other's counts.",
		fix: "Stop that one, or choose another folder with --state.",
	});
}

/** Explains that the system refused to write to the state folder. */
export function notWritable(path: string, error: unknown): CounterGenError {
	return new CounterGenError({
		code: "state-not-writable",
		what: `${path} cannot be used for state: ${(error as Error).message}`,
		fix: "Make it writable, on a disk with space, or choose another folder with --state.",
	});
}
