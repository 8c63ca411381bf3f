import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Does `work`, then removes `path` with everything below it, also if the work
 * fails or this process has to end at once.
 */
export async function removeAfter<Result>(
	path: string,
	work: () => Promise<Result>,
): Promise<Result> {
	const remove = () => rmSync(path, { recursive: true, force: true });
	process.once("exit", remove);
	try {
		return await work();
	} finally {
		process.off("exit", remove);
		remove();
	}
}

/**
 * Lends `work` a folder that only this user can read.
 *
 * @param inside the folder to make it in; by default the system's for temporary files
 */
export async function withPrivateFolder<Result>(
	work: (folder: string) => Promise<Result>,
	inside: string = tmpdir(),
): Promise<Result> {
	const folder = await mkdtemp(join(inside, "counter-gen-"));
	return removeAfter(folder, () => work(folder));
}
