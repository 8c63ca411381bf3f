import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { wranglerConfig } from "../../cli/files/paths.ts";
import { runWrangler } from "../../cli/toolchain/wrangler.ts";
import { buildGenerated } from "./build.ts";
import { spread } from "./rounds.ts";
import { atMost, type Target } from "./targets.ts";

/** A namespace without anything that can be left out. */
const configuration = `version: 1
worker: { dashboard: false }
namespaces:
  metrics: { idempotencyWindow: 0, writeLog: 0 }
`;

/** Bytes of the smallest Worker, as it is uploaded and as that weighs packed. */
export interface Smallest {
	bytes: number;
	gzipBytes: number;
}

/** Bundles the smallest configuration as a deploy does. */
export async function measureSmallest(
	dir: string,
	signal: AbortSignal,
): Promise<Smallest> {
	const own = join(dir, "smallest");
	const { toolchain } = await buildGenerated(own, configuration, signal);
	const out = join(own, "deployed");
	const args = ["deploy", "--dry-run", "--env=", `--outdir=${out}`];
	const io = { env: process.env, signal };
	await runWrangler(
		toolchain,
		args,
		wranglerConfig(join(own, "generated")),
		io,
	);
	const text = await readFile(join(out, "index.js"));
	return { bytes: text.length, gzipBytes: gzipSync(text).length };
}

/** Compares its size with what is wanted. */
export function smallestTarget({ gzipBytes }: Smallest): Target {
	return atMost(
		40,
		"KiB of the smallest bundle, gzip",
		spread([gzipBytes / 1024]),
	);
}
