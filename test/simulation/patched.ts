import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeliberateFault } from "./deliberate/fault.ts";
import { loadRuntime, type Runtime } from "./runtime.ts";

const RUNTIME = new URL("../../templates/runtime", import.meta.url).pathname;

/**
 * Loads a copy of the runtime with texts replaced.
 *
 * @param temporary a folder to make the copy in
 * @throws if a text is not in its file exactly once
 */
export async function loadPatched(
	{ name, patches = [] }: DeliberateFault,
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
