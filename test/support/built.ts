import { execFileSync } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../cli/root.ts";

/** Last file that a build writes. */
const LAST = join(packageRoot, "dist/LICENSES.txt");

/** Everything that a build reads. */
const SOURCES = ["cli/**", "scripts/**", "templates/**", "package*.json"];

/** Builds `dist` before tests that use it, unless it is newer than its sources. */
export default function setup(): void {
	if (existsSync(LAST)) {
		const builtAt = statSync(LAST).mtimeMs;
		const isNewer = (path: string) =>
			statSync(join(packageRoot, path)).mtimeMs > builtAt;
		if (!globSync(SOURCES, { cwd: packageRoot }).some(isNewer)) return;
	}
	execFileSync(process.execPath, ["scripts/build.ts"], {
		cwd: packageRoot,
		stdio: "inherit",
	});
}
