import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join, parse as parsePath, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { parse } from "smol-toml";
import { CounterGenError, exitCode } from "../errors.ts";
import { wranglerConfig } from "../files/paths.ts";
import { sourceFolder } from "../generator/paths.ts";
import type { Io } from "../io.ts";
import type { Toolchain } from "./find.ts";
import { missingExport } from "./missing-export.ts";
import { runWrangler } from "./wrangler.ts";

/**
 * Bundles the Worker into `bundleDir/index.js` as a deploy would, with the files
 * beside it that wrangler keeps apart, and writes nowhere else. What was in the
 * folder before is gone.
 *
 * @throws CounterGenError `class-not-exported`; `bundle-failed`, with wrangler's
 * output
 */
export async function bundle(
	toolchain: Toolchain,
	outDir: string,
	bundleDir: string,
	io: Pick<Io, "cwd" | "env" | "signal">,
): Promise<void> {
	const config = wranglerConfig(outDir);
	const { main } = parse(await readFile(config, "utf8"));
	const entry = resolve(outDir, String(main));
	await rm(bundleDir, { recursive: true, force: true });
	await mkdir(bundleDir, { recursive: true });
	const { status, output, deployed } = await runWrangler(
		toolchain,
		[
			"deploy",
			// Told its entry, wrangler keeps its temporary files where it starts,
			// and not beside the configuration.
			entry,
			"--dry-run",
			// Plain workerd knows no source maps: stacks stay readable like this.
			"--minify=false",
			"--env=",
			"--outdir",
			bundleDir,
		],
		config,
		io,
		{ cwd: bundleDir },
	);
	// A wrangler that is killed ends with status 0 too, but reports nothing.
	if (io.signal.aborted) return;
	if (status === 0 && deployed) {
		const { name } = parsePath(entry);
		await rename(join(bundleDir, `${name}.js`), join(bundleDir, "index.js"));
		return;
	}
	const classes = join(outDir, sourceFolder(undefined), "counters.ts");
	throw new CounterGenError(
		missingExport(output, { main: entry, classes, cwd: io.cwd }) ?? {
			code: "bundle-failed",
			what: "wrangler could not bundle the generated project",
			why: stripVTControlCharacters(output).trim(),
		},
		status || exitCode.findings,
	);
}
