import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeAfter } from "../files/remove-after.ts";

/**
 * Lends `work` the name of a changed copy of wrangler.toml, which stands beside
 * it because its paths are relative. Answers undefined, and does no work, if
 * there is nothing to change.
 */
export async function withChangedConfig<Result>(
	outDir: string,
	change: (text: string) => string,
	work: (config: string) => Promise<Result>,
): Promise<Result | undefined> {
	const text = await readFile(join(outDir, "wrangler.toml"), "utf8");
	const changed = change(text);
	if (changed === text) return undefined;
	const config = `.wrangler.${process.pid}.toml`;
	const file = join(outDir, config);
	return removeAfter(file, async () => {
		await writeFile(file, changed, { flag: "wx" });
		return work(config);
	});
}
