import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { LoadedConfig } from "../config/load.ts";
import type { Diagnostic } from "../errors.ts";

const NAME = "@cloudflare/vite-plugin";

/** Days after its own date up to which a workerd takes compatibility dates. */
const AHEAD_DAYS = 7;

const DAY_MS = 86_400_000;

/**
 * Warns of a compatibility date that Cloudflare's plugin for Vite does not take:
 * it brings a workerd of its own, which may be older than wrangler's.
 *
 * @param dir folder of the project, which may have the plugin
 */
export function vitePluginWarning(
	{ config, placeOf }: LoadedConfig,
	dir: string,
): Diagnostic | undefined {
	const plugin = findPlugin(dir);
	const { compatibilityDate } = config.worker;
	if (!plugin || compatibilityDate <= plugin.latestDate) return undefined;
	const { version, latestDate } = plugin;
	return {
		code: "package-too-old",
		what: `${NAME} ${version} takes no \`compatibilityDate\` past ${latestDate}, and this is ${compatibilityDate}`,
		why: "`vite dev` runs the Worker by a workerd of its own, which is older than wrangler's, and refuses to start.",
		fix: `Write \`compatibilityDate: ${latestDate}\` under \`worker\`. Nothing that is generated needs a later one.`,
		where: placeOf(["worker", "compatibilityDate"]),
	};
}

/** Finds the plugin's version, and the latest date that its workerd takes. */
function findPlugin(
	dir: string,
): { version: string; latestDate: string } | undefined {
	// A folder, because the plugin cannot be required.
	const folders = createRequire(join(dir, "index.js")).resolve.paths(NAME);
	const file = folders
		?.map((folder) => join(folder, NAME, "package.json"))
		.find((one) => existsSync(one));
	if (file === undefined) return undefined;
	const { version } = JSON.parse(readFileSync(file, "utf8"));
	try {
		const { compatibilityDate } = createRequire(realpathSync(file))("workerd");
		const latest = Date.parse(compatibilityDate) + AHEAD_DAYS * DAY_MS;
		return { version, latestDate: new Date(latest).toISOString().slice(0, 10) };
	} catch {
		return undefined;
	}
}
