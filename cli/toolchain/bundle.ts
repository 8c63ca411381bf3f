import { stripVTControlCharacters } from "node:util";
import { CounterGenError, exitCode } from "../errors.ts";
import { wranglerConfig } from "../files/paths.ts";
import type { Io } from "../io.ts";
import type { Toolchain } from "./find.ts";
import { runWrangler } from "./wrangler.ts";

/**
 * Bundles the generated Worker into `bundleDir/index.js` as a deploy would.
 *
 * @throws CounterGenError `bundle-failed`, with wrangler's output
 */
export async function bundle(
	toolchain: Toolchain,
	outDir: string,
	bundleDir: string,
	io: Pick<Io, "env" | "signal">,
): Promise<void> {
	const { status, output, deployed } = await runWrangler(
		toolchain,
		["deploy", "--dry-run", "--env=", "--outdir", bundleDir],
		wranglerConfig(outDir),
		io,
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
