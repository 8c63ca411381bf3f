import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { installed } from "../support/installed.ts";
import { machine, type } from "../support/machine.ts";
import { cli } from "../support/process.ts";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

/** A repository as someone has it, and what is typed there. */
interface Repository {
	files: Readonly<Record<string, string>>;
	/** Packages that it has installed, besides counter-gen and wrangler. */
	packages: Readonly<Record<string, string>>;
	/** Replaces a line of what `init` wrote into counters.yaml. */
	edit?: readonly [from: string, to: string];
	/** Path before the routes of the counters. */
	base: string;
	/** Lays out all files anew. */
	format: string;
	/** Objects to what is wrong. */
	checks: readonly string[];
}

const prettier = { prettier: "3.10.1" };

/** Takes code from a page of the docs, as a reader does. */
async function codeIn(
	page: string,
	before: string,
	language: string,
): Promise<string> {
	const text = await readFile(join(root, "docs", page), "utf8");
	const [, after = ""] = text.split(before);
	const fence = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s");
	const [, code] = fence.exec(after) ?? [];
	if (code === undefined) throw new Error(`${page} has no ${before}`);
	return code;
}

const [honoApp, eslintLine, biomeJson] = await Promise.all([
	codeIn("own-entry.md", "## A Hono app", "ts"),
	codeIn("existing-repository.md", "`eslint.config.js`", "js"),
	codeIn("existing-repository.md", "`biome.json`", "json"),
]);

const repositories: Readonly<Record<string, Repository>> = {
	"that is empty": {
		files: { "biome.json": biomeJson },
		packages: {},
		base: "",
		format: "biome format --write .",
		checks: ["biome lint --error-on-warnings .", "tsc -p generated"],
	},
	"of a Hono app": {
		files: {
			"package.json": `{ "name": "app", "type": "module", "scripts": { "dev": "wrangler dev" } }`,
			"tsconfig.json": JSON.stringify({
				compilerOptions: {
					target: "ESNext",
					module: "ESNext",
					moduleResolution: "Bundler",
					strict: true,
					skipLibCheck: true,
					lib: ["ESNext"],
					jsx: "react-jsx",
					jsxImportSource: "hono/jsx",
				},
			}),
			"index.ts": honoApp
				.replaceAll("Metrics, Votes", "Visits")
				.replaceAll("Metrics", "Visits")
				.replaceAll("../generated", "./generated"),
		},
		packages: prettier,
		edit: ["  # main: src/index.ts", "  main: index.ts"],
		base: "/count",
		format: "prettier --write .",
		checks: ["tsc --noEmit -p .", "tsc -p generated"],
	},
	"like those of Next.js": {
		files: {
			"package.json": `{ "name": "app", "private": true, "scripts": { "dev": "next dev" } }`,
			"tsconfig.json": JSON.stringify({
				compilerOptions: {
					target: "ES2017",
					lib: ["dom", "dom.iterable", "esnext"],
					allowJs: true,
					skipLibCheck: true,
					strict: true,
					noEmit: true,
					esModuleInterop: true,
					module: "esnext",
					moduleResolution: "bundler",
					resolveJsonModule: true,
					isolatedModules: true,
					jsx: "react-jsx",
					incremental: true,
					plugins: [{ name: "next" }],
					paths: { "@/*": ["./*"] },
				},
				include: ["**/*.ts", "**/*.tsx", "**/*.mts"],
				exclude: ["node_modules"],
			}),
			"eslint.config.mjs": `import next from "@next/eslint-plugin-next";
import { defineConfig } from "eslint/config";
import ts from "typescript-eslint";

export default defineConfig([
	...ts.configs.recommended,
	next.configs["core-web-vitals"],
	${eslintLine}
]);
`,
			"page.tsx": `import { Visits } from "@/generated/src/counters";

export default function Home() {
  return <p>Counted by {Visits.doNamespace}</p>;
}
`,
		},
		packages: {
			...prettier,
			"@types/react": "19.3.3",
			eslint: "9.39.5",
			"@next/eslint-plugin-next": "16.4.3",
			"typescript-eslint": "8.74.0",
			typescript: "5.9.3",
		},
		base: "",
		format: "prettier --write .",
		checks: [
			"eslint --max-warnings 0 .",
			"tsc --noEmit -p .",
			"tsc -p generated",
		],
	},
};

describe("a repository", () => {
	it.each(Object.entries(repositories))(
		"%s ends with counters that count, fit and stay, by init and what it has",
		async (_, { files, packages, edit, base, format, checks }) => {
			const project = await Project.create();
			await rm(project.path("counters.yaml"));
			const tools = join(await installed(packages), "node_modules");
			for (const name of Object.keys(packages))
				await link(project, tools, name);
			const bins = [tools, join(root, "node_modules")];
			const env = {
				...machine,
				PATH: [...bins.map((dir) => join(dir, ".bin")), machine.PATH].join(
					delimiter,
				),
				GIT_AUTHOR_NAME: "A",
				GIT_AUTHOR_EMAIL: "a@example.com",
				GIT_COMMITTER_NAME: "A",
				GIT_COMMITTER_EMAIL: "a@example.com",
			};
			const run = (line: string) => type(line, project.dir, env);
			await run("git init --quiet");
			await project.write(".gitignore", "node_modules\n");
			for (const [file, text] of Object.entries(files))
				await project.write(file, text);

			expect((await cli(["init"], project.dir)).status).toBe(0);
			if (edit) await project.edit("counters.yaml", ...edit);
			const { serve, url, get } = await startServe(project);
			await fetch(`${url}${base}/increment/home`, { method: "POST" });
			expect(await get(`${base}/counters?read=exact`)).toEqual({ home: 1 });
			await serve.stop();

			await run(format);
			for (const check of checks) await run(check);
			await run("git add --all && git commit --quiet --message Count");
			const checked = await cli(["generate", "--check"], project.dir);
			expect(checked).toMatchObject({ status: 0, stdout: "" });
			expect(await run("git status --porcelain")).toBe("");
			const committed = await run("git ls-files");
			expect(committed).toContain("generated/src/counters.ts\n");
			expect(committed).not.toContain(".dev.vars");
		},
	);
});

/** Links an installed package into a project, in place of another version. */
async function link(project: Project, from: string, name: string) {
	const to = project.path(`node_modules/${name}`);
	await rm(to, { force: true });
	await mkdir(dirname(to), { recursive: true });
	await symlink(join(from, name), to);
}
