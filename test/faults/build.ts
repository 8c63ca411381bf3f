import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { templatesDir } from "../../cli/generator/templates.ts";
import type { WorkerState } from "../../cli/lifecycle/workers.ts";
import type { Toolchain } from "../../cli/toolchain/find.ts";
import { buildGenerated } from "../bench/build.ts";
import { root } from "../bench/generated.ts";

/** A generated Worker and the KV of `serve`, each behind what makes it fail. */
export interface FaultyBuild {
	worker: Pick<WorkerState, "config" | "histories">;
	toolchain: Toolchain;
	/** The bundles that stand for `index.js` and for `kv.js`. */
	index: string;
	kv: string;
}

/** The binding of the namespace that faults are about. */
export const SUBJECT = "METRICS_DO";

/**
 * The namespace at `/` is the one that faults are about. It flushes and
 * publishes often, and a flush by count alone, or by time alone, is seen, too.
 */
const configuration = `version: 1
namespaces:
  metrics:
    mount: /
    shardCount: 2
    shardMinRequestToGlobal: 40
    shardWriteToGlobalAfter: 200ms
    globalMinWritesToKV: 5
    globalWriteToKVAfter: 1s
  calm:
    shardCount: 1
    shardWriteToGlobalAfter: 200ms
`;

/** Generates and bundles as `serve` does, and wraps both bundles, in `dir`. */
export async function buildFaulty(
	dir: string,
	signal: AbortSignal,
): Promise<FaultyBuild> {
	const generated = await buildGenerated(
		join(dir, "project"),
		configuration,
		signal,
	);
	const subject = join(dir, "subject.js");
	await copyFile(generated.file, subject);
	const classes = generated.worker.config.namespaces.map(
		({ class: name }) =>
			`export const ${name} = faultyObject(subject.${name});`,
	);
	const index = await wrap(
		join(dir, "index.js"),
		`import * as subject from ${JSON.stringify(subject)};
		import { faultyObject, faultyWorker } from ${pathOf("faulty.ts")};
		${classes.join("\n")}
		export default faultyWorker(subject.default, subject.Metrics);`,
	);
	const store = JSON.stringify(join(templatesDir, "serve", "kv.js"));
	const kv = await wrap(
		join(dir, "kv.js"),
		`import kv from ${store};
		import { gated } from ${pathOf("kv-gate.ts")};
		export { Store } from ${store};
		export default gated(kv);`,
	);
	const { worker, toolchain } = generated;
	return { worker, toolchain, index, kv };
}

async function wrap(outfile: string, contents: string): Promise<string> {
	await build({
		stdin: { contents, resolveDir: root },
		outfile,
		absWorkingDir: root,
		bundle: true,
		format: "esm",
		target: "es2024",
		external: ["cloudflare:*", "node:*"],
		logLevel: "warning",
	});
	return outfile;
}

function pathOf(name: string): string {
	return JSON.stringify(
		fileURLToPath(new URL(`workers/${name}`, import.meta.url)),
	);
}
