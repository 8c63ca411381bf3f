import { readFileSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installed } from "../support/installed.ts";
import { machine, type } from "../support/machine.ts";
import { Project, quickConfig, root } from "../support/project.ts";
import { runCli } from "../support/run.ts";

const prettier = { prettier: "3.10.1" };
const taplo = { "@taplo/cli": "0.7.0" };

/** Runs a tool of `packages` in `cwd`. */
async function tool(
	packages: Readonly<Record<string, string>>,
	commandLine: string,
	cwd: string,
): Promise<void> {
	const bin = join(await installed(packages), "node_modules/.bin");
	await type(commandLine, cwd, { ...machine, PATH: `${bin}:${machine.PATH}` });
}

const withPrettier = (options: object) => async (dir: string) => {
	await writeFile(join(dir, ".prettierrc"), JSON.stringify(options));
	await tool(prettier, "prettier --write .", dir);
};

const formatters: Record<string, (dir: string) => Promise<void>> = {
	"prettier with its defaults": withPrettier({}),
	"prettier with as little as can be": withPrettier({
		arrowParens: "avoid",
		bracketSpacing: false,
		endOfLine: "crlf",
		objectWrap: "collapse",
		printWidth: 200,
		proseWrap: "never",
		quoteProps: "as-needed",
		semi: false,
		singleQuote: true,
		tabWidth: 3,
		trailingComma: "none",
	}),
	"prettier with as much as can be": withPrettier({
		bracketSameLine: true,
		experimentalOperatorPosition: "start",
		experimentalTernaries: true,
		insertPragma: true,
		printWidth: 40,
		proseWrap: "always",
		quoteProps: "consistent",
		trailingComma: "all",
		useTabs: true,
	}),
	"Biome, which sorts imports, too": async (dir) => {
		await writeFile(
			join(dir, "biome.json"),
			JSON.stringify({
				formatter: { indentStyle: "space", lineWidth: 60 },
				javascript: {
					formatter: {
						arrowParentheses: "asNeeded",
						bracketSpacing: false,
						quoteStyle: "single",
						semicolons: "asNeeded",
						trailingCommas: "none",
					},
				},
				json: { formatter: { indentWidth: 8 } },
				assist: {
					actions: {
						source: {
							organizeImports: {
								level: "on",
								options: { groups: [":PATH:", ":PACKAGE:"] },
							},
						},
					},
				},
			}),
		);
		const biome = join(root, "node_modules/.bin/biome");
		await type(`${biome} check --write --linter-enabled=false .`, dir);
	},
	taplo: (dir) =>
		tool(
			taplo,
			"taplo format --option align_entries=true --option reorder_keys=true --option indent_tables=true --option column_width=20 generated/wrangler.toml",
			dir,
		),
};

/** A project with an environment and the runtime's source, generated. */
async function generated(): Promise<Project> {
	const project = await Project.create({ packages: false });
	await project.edit(
		"counters.yaml",
		"worker:\n",
		"environments: { staging: {} }\nworker:\n  runtime: copied\n",
	);
	await generate(project);
	return project;
}

const generate = async (project: Project) =>
	expect(await runCli(["generate"], { cwd: project.dir })).toMatchObject({
		status: 0,
	});

/** Changes a setting; takes the environment and the runtime's source away. */
const change = (project: Project) =>
	project.write(
		"counters.yaml",
		quickConfig.replace("shardCount: 2", "shardCount: 3"),
	);

/** Texts of all that is generated, and of the lock. */
async function texts({ dir }: Project): Promise<Record<string, string>> {
	const all = await readdir(join(dir, "generated"), {
		recursive: true,
		withFileTypes: true,
	});
	const files = all
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name));
	return Object.fromEntries(
		[...files, join(dir, "counters.lock.json")].map((file) => [
			file.slice(dir.length),
			readFileSync(file, "utf8"),
		]),
	);
}

describe("what init wrote", () => {
	const others = Object.entries(formatters).filter(
		([name]) => !/taplo|defaults/.test(name),
	);

	it.each(others)(
		"and %s laid out anew, --force replaces as if it had not been",
		async (_, format) => {
			const project = await Project.create({ packages: false });
			const argv = ["init", "new", "--name", "first"];
			await runCli(argv, { cwd: project.dir });
			const dir = project.path("new");
			const names = ["counters.yaml", "package.json"];
			const all = () =>
				names.map((name) => readFileSync(join(dir, name), "utf8"));
			const before = all();
			await format(dir);
			expect(all()).not.toEqual(before);
			expect(
				await runCli([...argv, "--force"], { cwd: project.dir }),
			).toMatchObject({ status: 0 });
			expect(all()).toEqual(before);
		},
	);
});

describe("a project that was laid out anew", () => {
	it.each(Object.entries(formatters))(
		"by %s is current, and takes a change as if it had not been",
		async (_, format) => {
			const [project, untouched] = [await generated(), await generated()];
			await format(project.dir);
			expect(await texts(project)).not.toEqual(await texts(untouched));
			expect(
				await runCli(["generate", "--check"], { cwd: project.dir }),
			).toEqual({
				status: 0,
				stdout: "",
				stderr: `generated is up to date (${Object.keys(await texts(project)).length - 1} files)\n`,
			});
			for (const one of [project, untouched]) {
				await change(one);
				await generate(one);
			}
			expect(await texts(project)).toEqual(await texts(untouched));
		},
	);
});
