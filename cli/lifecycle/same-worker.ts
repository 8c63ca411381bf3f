import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parse as parseToml } from "smol-toml";
import stripJsonComments from "strip-json-comments";
import type { LoadedConfig } from "../config/load.ts";
import type { Diagnostic } from "../errors.ts";

/** Files that wrangler takes for a configuration, in its own order. */
const NAMES = ["wrangler.json", "wrangler.jsonc", "wrangler.toml"];

/**
 * Warns about configurations of wrangler beside `counters.yaml` that name a
 * Worker as it does: each would deploy over the other.
 *
 * @param file absolute path of `counters.yaml`
 */
export async function sameWorkerWarnings(
	{ config, environments, placeOf }: LoadedConfig,
	file: string,
): Promise<Diagnostic[]> {
	const workers = [[undefined, config] as const, ...environments];
	const found: Diagnostic[] = [];
	for (const other of NAMES) {
		const path = join(dirname(file), other);
		const text = await readFile(path, "utf8").catch(() => "");
		const names = namesIn(text, other);
		for (const [environment, { worker }] of workers)
			if (names.has(worker.name))
				found.push({
					code: "same-worker",
					what: `${other} configures a Worker ${worker.name}, too`,
					why: "A deploy of either replaces the code of the other.",
					fix: `Choose another \`worker.name\` here, or another \`name\` in ${other}. If ${basename(file)} has all that ${other} had, delete ${other}.`,
					where: placeOf(["worker", "name"], environment),
				});
	}
	return found;
}

/** Part of a configuration of wrangler, if it is a sound one. */
interface Named {
	name?: unknown;
	env?: Record<string, { name?: unknown } | null> | null;
}

/** Reads the names of the Workers that a configuration of wrangler deploys. */
function namesIn(text: string, file: string): Set<unknown> {
	let read: Named | null = null;
	try {
		read = file.endsWith(".toml")
			? parseToml(text)
			: JSON.parse(stripJsonComments(text, { trailingCommas: true }));
	} catch {
		// A file that wrangler cannot read either deploys nothing.
	}
	const { name, env } = read ?? {};
	const environments = Object.entries(env ?? {}).map(
		([key, one]) => one?.name ?? `${name}-${key}`,
	);
	return new Set([name, ...environments]);
}
