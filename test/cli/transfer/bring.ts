import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "../../support/config.ts";
import type { Finished, Surroundings } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";
import { env, NamespaceServer, type Trouble } from "./namespace-server.ts";

export const huge = Number.MAX_SAFE_INTEGER;

export function start(
	totals: Iterable<readonly [string, number]> = [],
	trouble?: Trouble,
): Promise<NamespaceServer> {
	return new NamespaceServer(totals, trouble).start();
}

/** Runs an import of `text`, from a file called `file`. */
export function bring(
	{ url }: NamespaceServer,
	text: string | Buffer,
	words: readonly string[] = [],
	surroundings: Partial<Surroundings> = {},
): Promise<Finished> {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "file"), text);
	const argv = ["import", url, "file", ...words];
	return runCli(argv, { cwd, env, ...surroundings });
}
