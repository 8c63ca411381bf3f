import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { satisfies } from "semver";
import type { Config } from "../config/schema.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { packageRoot } from "../root.ts";
import { addCommand } from "../ui/invocation.ts";

/** Programs that the project around the output folder has installed. */
export interface Toolchain {
	/** Wrangler's script, to be run by Node. */
	wrangler: string;
	/** The workerd binary that this wrangler uses. */
	workerd: string;
}

/** This package's own package.json, the one place of versions. */
const own: {
	version: string;
	dependencies: Record<"hono" | "temporal-polyfill", string>;
	peerDependencies: { wrangler: string };
} = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));

const wranglerRange = own.peerDependencies.wrangler;

/** Packages that the generated code imports, with a version to install. */
const IMPORTED = {
	package: [
		{
			specifier: "counter-gen/runtime",
			install: `counter-gen@${own.version}`,
		},
	],
	copied: (["hono", "temporal-polyfill"] as const).map((name) => ({
		specifier: name,
		install: `${name}@^${own.dependencies[name]}`,
	})),
};

/**
 * Finds what the generated project needs, where the project itself would find
 * it: in `node_modules` of the output folder or of a folder above it.
 *
 * @param runtime the source of the runtime in generated code
 * @throws CounterGenError `package-missing`, `package-too-old`
 */
export function findToolchain(
	outDir: string,
	runtime: Config["worker"]["runtime"],
): Toolchain {
	const wrangler = resolveFrom(outDir, "wrangler/package.json");
	const missing = [
		...(wrangler ? [] : [`wrangler@${wranglerRange}`]),
		...IMPORTED[runtime].flatMap(({ specifier, install }) =>
			resolveFrom(outDir, specifier) ? [] : [install],
		),
	];
	if (wrangler === undefined || missing.length > 0)
		throw new CounterGenError({
			code: "package-missing",
			what: `${missing.join(" and ")} cannot be found from ${outDir}`,
			...remedy(outDir, missing),
		});
	const { version } = JSON.parse(readFileSync(wrangler, "utf8"));
	if (!satisfies(version, wranglerRange))
		throw new CounterGenError({
			code: "package-too-old",
			what: `wrangler ${version} does not know all that the generated project uses; it takes ${wranglerRange}`,
			fix: addCommand([`wrangler@${wranglerRange}`]),
			where: { file: dirname(wrangler) },
		});
	// workerd's entry exports the path of the binary for this platform.
	const workerd = createRequire(wrangler)("workerd") as { default: string };
	return {
		wrangler: join(dirname(wrangler), "bin", "wrangler.js"),
		workerd: workerd.default,
	};
}

/** Tells why packages are missing, and where they belong. */
function remedy(
	outDir: string,
	missing: readonly string[],
): Pick<Diagnostic, "why" | "fix"> {
	const names = missing.map((spec) => spec.replace(/(?<=.)@.*/, ""));
	if (!names.every((name) => isLeftOut(outDir, name)))
		return {
			why: "The generated project is bundled and run with the packages of the project around it.",
			fix: addCommand(missing),
		};
	const all = names.join(" and ");
	return {
		why: `package.json has ${all} under devDependencies, and an installation for production (NODE_ENV=production, --omit=dev) leaves those out.`,
		fix: `Move ${all} to dependencies in package.json and install again, or install devDependencies as well (npm ci --include=dev)`,
	};
}

/** Tells if the nearest package.json with this package has it for development only. */
function isLeftOut(dir: string, name: string): boolean {
	for (let at = dir; ; at = dirname(at)) {
		const { dependencies, devDependencies } = packageAt(at);
		if (dependencies?.[name] !== undefined) return false;
		if (devDependencies?.[name] !== undefined) return true;
		if (at === dirname(at)) return false;
	}
}

function packageAt(
	dir: string,
): Partial<Record<string, Record<string, string>>> {
	try {
		return JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
	} catch {
		return {};
	}
}

/** Finds the file that one in `dir` would import as `specifier`. */
function resolveFrom(dir: string, specifier: string): string | undefined {
	try {
		return createRequire(join(dir, "index.js")).resolve(specifier);
	} catch {
		return undefined;
	}
}
