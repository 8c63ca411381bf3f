import { execFileSync } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { satisfies } from "semver";
import type { Io } from "../io.ts";
import { packageRoot } from "../root.ts";

const { engines }: { engines: { node: string } } = JSON.parse(
	readFileSync(join(packageRoot, "package.json"), "utf8"),
);

/**
 * Tells if the machine's own Node.js is too old for this program. The one that
 * runs it may be the package `node`, which npm puts in front of the path.
 */
export function machineNodeIsOld({ env }: Pick<Io, "env">): boolean {
	const node = (env.PATH ?? "")
		.split(delimiter)
		.filter((dir) => !dir.endsWith(join("node_modules", ".bin")))
		.map((dir) => join(dir, "node"))
		.find(isExecutable);
	if (node === undefined) return true;
	const version = execFileSync(node, ["--version"], { encoding: "utf8" });
	return !satisfies(version.trim(), engines.node);
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
