import { execFileSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import Handlebars from "handlebars";
import { compileOptions } from "../cli/generator/compile.ts";
import { readTexts, templatesDir } from "../cli/generator/templates.ts";
import { packageRoot as root } from "../cli/root.ts";
import { bundleForBrowsers } from "./browser.ts";
import { squeezeSql } from "./squeeze-sql.ts";

/*
 * Builds `dist`, and what browsers get, which is a part of the runtime.
 *
 * `dist/runtime` is the library that generated code imports: JavaScript with
 * declarations, a file for each of `templates/runtime`, so that a bundler leaves
 * out what nothing imports. Its SQL has no comments and no indentation.
 *
 * The rest is the program, bundled: most of a start is loading files, and one
 * file loads several times faster than hundreds. Dependencies of the package
 * stay outside; those of the repository alone come along.
 */
const { dependencies } = JSON.parse(
	readFileSync(join(root, "package.json"), "utf8"),
);

/** Replaces the compiler of templates by the compiled templates. */
const precompiled: Plugin = {
	name: "precompiled",
	setup({ onLoad }) {
		onLoad({ filter: /generator\/compile\.ts$/ }, () => ({
			contents: `
				import Handlebars from "handlebars/dist/handlebars.runtime.js";
				const specs = new Map([${templates().join(",\n")}]);
				export const compile = (text) => Handlebars.template(specs.get(text));
			`,
			resolveDir: root,
		}));
	},
};

/** Makes each template an entry of a Map: its text, and the compiled form. */
function templates(): string[] {
	return [...readTexts(templatesDir, ".hbs", "").values()].map(
		(text) =>
			`[${JSON.stringify(text)}, ${Handlebars.precompile(text, compileOptions)}]`,
	);
}

rmSync(join(root, "dist"), { recursive: true, force: true });
const forBrowsers = await bundleForBrowsers();
execFileSync("tsc", ["-p", "scripts/tsconfig.runtime.json"], {
	cwd: root,
	stdio: "inherit",
});
for (const file of globSync(join(root, "dist/runtime/**/*.js")))
	writeFileSync(file, squeezeSql(readFileSync(file, "utf8")));
const { metafile } = await build({
	absWorkingDir: root,
	entryPoints: ["cli/bin.ts"],
	outdir: "dist",
	bundle: true,
	splitting: true,
	platform: "node",
	format: "esm",
	target: "node22.12",
	external: Object.keys(dependencies),
	// Lets packages that are CommonJS load Node's own modules.
	banner: {
		js: 'import { createRequire as requireFrom } from "node:module";\nconst require = requireFrom(import.meta.url);',
	},
	plugins: [precompiled],
	metafile: true,
	logLevel: "warning",
});

const bundled = new Set(
	[...Object.keys(metafile.inputs), ...forBrowsers].flatMap(
		(path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
	),
);
const licences = [...bundled].sort().map((dir) => {
	const [file] = globSync(join(root, dir, "{LICEN[CS]E,licen[cs]e}*"));
	if (file === undefined) throw new Error(`${dir} has no licence`);
	return `${dir.slice("node_modules/".length)}\n\n${readFileSync(file, "utf8")}`;
});
writeFileSync(
	join(root, "dist/LICENSES.txt"),
	licences.join(`\n${"-".repeat(72)}\n\n`),
);
