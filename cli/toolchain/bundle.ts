import { mkdir, readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parse } from "smol-toml";
import { CounterGenError, exitCode } from "../errors.ts";
import { wranglerConfig } from "../files/paths.ts";
import type { Io } from "../io.ts";
import type { Toolchain } from "./find.ts";
import { runWrangler } from "./wrangler.ts";

/**
 * Bundles the generated Worker into `bundleDir/index.js` as a deploy would, and
 * writes nowhere else.
 *
 * @throws CounterGenError `bundle-failed`, with wrangler's output
 */
export async function bundle(
	toolchain: Toolchain,
	outDir: string,
	bundleDir: string,
	io: Pick<Io, "env" | "signal">,
): Promise<void> {
	const config = wranglerConfig(outDir);
	const { main } = parse(await readFile(config, "utf8"));
	await mkdir(bundleDir, { recursive: true });
	const { status, output, deployed } = await runWrangler(
		toolchain,
		[
			"deploy",
			// Told its entry, wrangler keeps its temporary files where it starts,
			// and not beside the configuration.
			resolve(outDir, String(main)),
			"--dry-run",
			"--env=",
			"--outdir",
			bundleDir,
		],
		config,
		io,
		{ cwd: bundleDir },
	);
	// A wrangler that is killed ends with status 0 too, but reports nothing.
	if ((status === 0 && deployed) || io.signal.aborted) return;
	throw new CounterGenError(
		{
			code: "bundle-failed",
			what: "wrangler could not bundle the generated project",
			why: stripVTControlCharacters(output).trim(),
		},
		status || exitCode.findings,
	);
}
