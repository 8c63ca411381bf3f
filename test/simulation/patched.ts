import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliberateFault } from "./deliberate/fault.ts";
import { PROFILES } from "./profiles.ts";
import { loadRuntime, type Runtime } from "./runtime.ts";

const RUNTIME = new URL("../../templates/runtime", import.meta.url).pathname;

/**
 * Loads a copy of the runtime with texts replaced.
 *
 * @param temporary a folder to make the copy in
 * @throws if a text is not in its file exactly once
 */
export async function loadPatched(
	{ name, patches = [] }: Pick<DeliberateFault, "name" | "patches">,
	temporary: string,
): Promise<Runtime> {
	const folder = await mkdtemp(join(temporary, "runtime-"));
	try {
		await cp(RUNTIME, folder, { recursive: true });
		for (const { file, from, to } of patches) {
			const path = join(folder, file);
			const parts = (await readFile(path, "utf8")).split(from);
			if (parts.length !== 2)
				throw new Error(
					`${name}: ${file} has ${parts.length - 1} times ${from}`,
				);
			await writeFile(path, parts.join(to));
		}
		return await loadRuntime(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/**
 * The runtime of a seed: every other round of all profiles runs one whose
 * journal is compacted after a few rows, whose commits always gather, and which
 * asks one shard at a time, which takes too much to happen else.
 */
export async function loadRuntimes(): Promise<(seed: number) => Runtime> {
	const plain = await loadRuntime();
	const tight = await loadPatched(
		{
			name: "a short journal, and busy",
			patches: [
				{ file: "shard/storage.ts", from: "FROM = 32", to: "FROM = 3" },
				{ file: "shard/batcher.ts", from: "BUSY = 8", to: "BUSY = 1" },
				{
					file: "global/every-shard.ts",
					from: "AT_ONCE = 64",
					to: "AT_ONCE = 1",
				},
			],
		},
		tmpdir(),
	);
	return (seed) =>
		Math.floor(seed / PROFILES.length) % 2 === 0 ? plain : tight;
}
