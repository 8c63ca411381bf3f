import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { apply } from "../../cli/generator/apply.ts";
import { projectPaths } from "../../cli/generator/paths.ts";
import { planProject } from "../../cli/generator/project.ts";
import type { WorkerState } from "../../cli/lifecycle/workers.ts";
import { bundle } from "../../cli/toolchain/bundle.ts";
import { findToolchain, type Toolchain } from "../../cli/toolchain/find.ts";
import { linkPackages } from "../support/packages.ts";
import { root } from "./generated.ts";

/** A Worker, bundled once and started often. */
export interface Build {
	/** The bundle. */
	file: string;
	/** Its configuration; those of rivals have the same bindings. */
	worker: Pick<WorkerState, "config" | "histories">;
	toolchain: Toolchain;
}

/** Generates and bundles a configuration, as `counter-gen serve` does. */
export async function buildGenerated(
	dir: string,
	configuration: string,
	signal: AbortSignal,
): Promise<Build> {
	await mkdir(dir, { recursive: true });
	await writeFile(join(dir, "counters.yaml"), configuration);
	await linkPackages(dir);
	const options = { config: "counters.yaml" };
	const io = { cwd: dir, env: process.env, signal };
	const { plan, worker } = await planProject(options, io);
	await apply(plan);
	const { out } = projectPaths(options, dir);
	const toolchain = findToolchain(out, worker.config.worker.runtime);
	const bundleDir = join(dir, "bundle");
	await bundle(toolchain, out, bundleDir, io);
	signal.throwIfAborted();
	return { file: join(bundleDir, "index.js"), worker, toolchain };
}

/** A Worker of `workers/`, with the bindings of a generated one. */
export async function buildWorker(
	dir: string,
	name: string,
	{ worker, toolchain }: Build,
	hasObjects: boolean,
): Promise<Build> {
	const file = join(dir, `${name}.js`);
	await esbuild(file, { entryPoints: [pathOf(`${name}.ts`)] });
	if (hasObjects) return { file, worker, toolchain };
	const config = { ...worker.config, namespaces: [] };
	return { file, worker: { ...worker, config }, toolchain };
}

/**
 * The same Worker in something of `workers/`: a meter of what is billed, a disk that
 * takes longer, or objects that take no more than Cloudflare's.
 */
export async function buildWrapped(
	dir: string,
	wrapper: "meter" | "slow-disk" | "governor",
	from: Build,
): Promise<Build> {
	await mkdir(dir, { recursive: true });
	const subject = join(dir, "subject.js");
	await copyFile(from.file, subject);
	const classes = from.worker.config.namespaces.map(
		({ class: name }) => `export const ${name} = wrapObject(subject.${name});`,
	);
	const contents = `
		import * as subject from ${JSON.stringify(subject)};
		import { wrapObject, wrapWorker } from ${JSON.stringify(pathOf(`${wrapper}.ts`))};
		${classes.join("\n")}
		export default wrapWorker(subject.default);
	`;
	const file = join(dir, "index.js");
	await esbuild(file, { stdin: { contents, resolveDir: root } });
	return { ...from, file };
}

/** As wrangler bundles, so that all subjects run the same kind of code. */
function esbuild(
	outfile: string,
	entry: Pick<Parameters<typeof build>[0], "entryPoints" | "stdin">,
): Promise<unknown> {
	return build({
		...entry,
		outfile,
		absWorkingDir: root,
		bundle: true,
		format: "esm",
		target: "es2024",
		keepNames: true,
		conditions: ["workerd", "worker", "browser"],
		external: ["cloudflare:*", "node:*"],
		logLevel: "warning",
	});
}

function pathOf(name: string): string {
	return fileURLToPath(new URL(`workers/${name}`, import.meta.url));
}
