import { existsSync } from "node:fs";
import {
	mkdir,
	readFile,
	rename,
	rm,
	rmdir,
	unlink,
	writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { temporaryFor } from "./temporary.ts";

/** Changes to files that `rollback` takes back, the last one first. */
export class Transaction {
	readonly #undo: (() => Promise<unknown>)[] = [];
	#at = "";

	/** The last path: the one to name after a failure. */
	get at(): string {
		return this.#at;
	}

	/**
	 * Writes `content` through to the disk, in a temporary file beside `path`,
	 * and makes the folders above. Returns the step that puts it in its place.
	 */
	async stage(path: string, content: string): Promise<() => Promise<void>> {
		this.#at = path;
		const temporary = await this.#writeBeside(path, content);
		return async () => {
			this.#at = path;
			const before = await bytes(path);
			await rename(temporary, path);
			this.#undo.push(() => this.#putBack(path, before));
		};
	}

	/** Removes a file for good. */
	async discard(path: string): Promise<void> {
		this.#at = path;
		await rm(path, { force: true });
	}

	async remove(path: string): Promise<void> {
		this.#at = path;
		const before = await bytes(path);
		await unlink(path);
		this.#undo.push(() => this.#putBack(path, before));
	}

	/**
	 * Restores the files. One that cannot be restored stays as it is: the next
	 * run takes finished files for its own.
	 */
	async rollback(): Promise<void> {
		for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop())
			await undo().catch(() => {});
	}

	async #putBack(path: string, before: Buffer | undefined): Promise<void> {
		if (before === undefined) await unlink(path);
		else await rename(await this.#writeBeside(path, before), path);
	}

	/** Returns the temporary file, which is in the same folder as `path`. */
	async #writeBeside(path: string, content: string | Buffer): Promise<string> {
		await this.#makeFolder(dirname(path));
		const temporary = temporaryFor(path);
		this.#undo.push(() => rm(temporary, { force: true }));
		await writeFile(temporary, content, { flag: "wx", flush: true });
		return temporary;
	}

	// Not `recursive`, which hides the folders that it made before it failed.
	async #makeFolder(folder: string): Promise<void> {
		const missing: string[] = [];
		for (let at = folder; !existsSync(at); at = dirname(at)) {
			if (at === dirname(at)) break;
			missing.unshift(at);
		}
		for (const one of missing) {
			await mkdir(one);
			this.#undo.push(() => rmdir(one));
		}
	}
}

async function bytes(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
		throw error;
	}
}
