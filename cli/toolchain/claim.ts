import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CounterGenError } from "../errors.ts";
import { temporaryFor } from "../files/temporary.ts";

/**
 * The right of one process to use a state folder: a folder in there with one
 * file, whose name starts with the id of that process. The file system itself
 * sees to it that there is one: it renames a folder to a name only if nothing
 * or an empty folder has that name. No two claims have files of the same name,
 * so a slow process that removes a stale one cannot hit a newer one.
 */
export class Claim {
	readonly #folder: string;
	readonly #id: string;
	#file: string;

	private constructor(folder: string, id: string, file: string) {
		this.#folder = folder;
		this.#id = id;
		this.#file = file;
	}

	/**
	 * Claims for this process.
	 *
	 * @param folder absolute path of the claim; the folder above exists
	 * @throws CounterGenError `state-in-use`
	 */
	static async take(folder: string): Promise<Claim> {
		const id = randomUUID();
		const name = fileName(process.pid, id);
		const own = temporaryFor(folder);
		try {
			await mkdir(own);
			await writeFile(join(own, name), "");
			while (!(await renamed(own, folder))) await removeStale(folder);
		} catch (error) {
			await rm(own, { recursive: true, force: true });
			throw error;
		}
		return new Claim(folder, id, join(folder, name));
	}

	/** Hands over to a process that may outlive this one. */
	async handOver(pid: number | undefined): Promise<void> {
		if (pid === undefined) return;
		const file = join(this.#folder, fileName(pid, this.#id));
		await rename(this.#file, file);
		this.#file = file;
	}

	/** Gives the claim up. One that another process has taken over stays. */
	async release(): Promise<void> {
		await rm(this.#file, { force: true });
		await rmdir(this.#folder).catch(() => {});
	}
}

function fileName(pid: number, id: string): string {
	return `${pid}.${id}`;
}

/** Renames a folder; false if another one, which is not empty, is there. */
async function renamed(from: string, to: string): Promise<boolean> {
	try {
		await rename(from, to);
		return true;
	} catch (error) {
		const { code = "" } = error as NodeJS.ErrnoException;
		if (["ENOTEMPTY", "EEXIST"].includes(code)) return false;
		throw error;
	}
}

/** Removes what a process left behind that was killed. */
async function removeStale(folder: string): Promise<void> {
	for (const name of await namesIn(folder)) {
		const pid = Number.parseInt(name, 10);
		const file = join(folder, name);
		if (pid > 0 && isRunning(pid))
			throw new CounterGenError({
				code: "state-in-use",
				what: `Process ${pid} serves from this state already`,
				why: "Two servers on one state would corrupt each other's counts.",
				fix: `Stop that one, or choose another folder with --state. If process ${pid} is something else, delete ${file}.`,
			});
		await rm(file, { force: true });
	}
	// Not every file system renames a folder to the name of an empty one. If it
	// is no longer empty, another process has just claimed.
	await rmdir(folder).catch(() => {});
}

async function namesIn(folder: string): Promise<string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		// Released meanwhile.
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
		throw error;
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
