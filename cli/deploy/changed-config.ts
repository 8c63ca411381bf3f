import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "smol-toml";
import { wranglerConfig } from "../files/paths.ts";
import { removeAfter } from "../files/remove-after.ts";

/** Changes the text of a wrangler.toml. */
export type Change = (text: string) => string;

/**
 * Lends `work` the path of a changed copy of wrangler.toml, which stands beside
 * it because its paths are relative. Returns undefined, and does no work, if
 * there is nothing to change.
 */
export async function withChangedConfig<Result>(
	outDir: string,
	change: Change,
	work: (config: string) => Promise<Result>,
): Promise<Result | undefined> {
	const text = await readFile(wranglerConfig(outDir), "utf8");
	const changed = change(text);
	if (changed === text) return undefined;
	const file = join(outDir, `.wrangler.${process.pid}.toml`);
	return removeAfter(file, async () => {
		await writeFile(file, changed, { flag: "wx" });
		return work(file);
	});
}

/** Leaves classes out of the `exports` of one environment, or the top level. */
export function withoutExports(
	classes: readonly string[],
	env: string | undefined,
): Change {
	return (text) => {
		if (classes.length === 0) return text;
		const config = parse(text) as Level & { env?: Record<string, Level> };
		const level = env === undefined ? config : config.env?.[env];
		for (const name of classes) delete level?.exports?.[name];
		return stringify(config);
	};
}

interface Level {
	exports?: Record<string, unknown>;
}
