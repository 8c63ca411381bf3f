import { chmodSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Project } from "../../support/output.ts";
import { runCli } from "../../support/run.ts";

/** A machine whose own Node.js says that it is of this version. */
function machineWith(project: Project, version: string): { PATH: string } {
	project.write("bin/node", `#!/bin/sh\necho v${version}\n`);
	chmodSync(project.path("bin/node"), 0o755);
	return { PATH: `/x/node_modules/.bin:${project.path("bin")}` };
}

const shop = {
	name: "shop",
	scripts: { dev: "next dev", "counters:deploy": "./deploy.sh" },
	devDependencies: { wrangler: "^4.155.0" },
};

function repository(packageJson: object = shop): Project {
	const project = new Project();
	project.write(".git/HEAD", "");
	project.write(
		"shop/package.json",
		`${JSON.stringify(packageJson, null, "\t")}\n`,
	);
	return project;
}

function initIn(project: Project, argv: readonly string[] = []) {
	const env = machineWith(project, "24.1.0");
	return runCli(["init", "shop", ...argv], { cwd: project.cwd, env });
}

function manifest(project: Project, file = "shop/package.json") {
	return JSON.parse(project.read(file));
}

describe("counter-gen init beside a package.json", () => {
	test("adds what is missing, overwrites nothing, and says both", async () => {
		const project = repository();
		project.write("shop/.gitignore", "node_modules\n.env*\n");
		const { status, stdout, stderr } = await initIn(project);
		expect(status).toBe(0);
		expect(stdout).toBe(
			`shop: wrote counters.yaml
shop/.gitignore: added .wrangler/, .counter-gen/, .dev.vars, .*.tmp
shop/package.json: added
  scripts: counters:start, counters:serve, counters:load, counters:validate, counters:generate, counters:check, counters:typecheck
  dependencies: counter-gen
  devDependencies: @cloudflare/workers-types, typescript
  allowScripts: esbuild, workerd
`,
		);
		expect(stderr).toContain(
			"package.json: kept the script counters:deploy, which runs `./deploy.sh`. What it would have run: npx --no -- counter-gen deploy\n",
		);
		expect(stderr).toContain(
			"Next:\n  cd shop\n  npm install\n  npm run counters:start\n",
		);
		const { scripts, devDependencies, ...rest } = manifest(project);
		expect(scripts).toMatchObject(shop.scripts);
		expect(devDependencies).toMatchObject(shop.devDependencies);
		expect(devDependencies).not.toHaveProperty("node");
		expect(rest).not.toHaveProperty("type");
		expect(project.read("shop/package.json")).toMatch(
			/^{\n\t"name": "shop",\n/,
		);
		expect(project.read("shop/.gitignore")).toBe(
			"node_modules\n.env*\n.wrangler/\n.counter-gen/\n.dev.vars\n.*.tmp\n",
		);
	});

	test("names no Worker like the project that is there", async () => {
		const project = repository();
		await initIn(project);
		expect(project.read("shop/counters.yaml")).toContain(
			"\n  name: shop-counters\n",
		);
	});

	test("names scripts plainly where there are no others", async () => {
		const project = repository({
			dependencies: { "counter-gen": "file:x.tgz" },
		});
		const { stderr } = await initIn(project);
		expect(manifest(project).scripts.start).toBe("counter-gen dev");
		expect(manifest(project).dependencies["counter-gen"]).toBe("file:x.tgz");
		expect(stderr).toContain("  npm start\n");
	});

	test("brings a Node.js where the machine's own is too old", async () => {
		const project = repository();
		const env = machineWith(project, "20.20.2");
		await runCli(["init", "shop"], { cwd: project.cwd, env });
		expect(manifest(project).devDependencies).toHaveProperty("node");
		expect(manifest(project).allowScripts).toHaveProperty("node");
	});

	test("brings none with Yarn, which runs scripts by its own, and a TypeScript that Yarn patches", async () => {
		const project = repository();
		project.write("shop/yarn.lock", "");
		const env = machineWith(project, "20.20.2");
		const { stderr } = await runCli(["init", "shop"], {
			cwd: project.cwd,
			env,
		});
		const { devDependencies } = manifest(project);
		expect(devDependencies).not.toHaveProperty("node");
		expect(devDependencies.typescript).toMatch(/^5\./);
		expect(manifest(project)).not.toHaveProperty("allowScripts");
		expect(stderr).toContain("  yarn install\n  yarn run counters:start\n");
	});

	test("warns of a wrangler that is too old, and leaves it", async () => {
		const project = repository({ devDependencies: { wrangler: "^3.0.0" } });
		project.write("shop/bun.lock", "");
		const { stderr } = await initIn(project);
		expect(stderr).toMatch(
			/warning \[package-too-old\] shop\/package.json asks for wrangler \^3.0.0, and counter-gen needs \^\S+\.\n/,
		);
		expect(stderr).toMatch(/^ {2}fix: bun add --dev wrangler@\^/m);
		expect(manifest(project).devDependencies.wrangler).toBe("^3.0.0");
	});

	test("adds to bun's list of trusted packages only where there is one", async () => {
		for (const list of [undefined, ["sharp"]]) {
			const project = repository({ ...shop, trustedDependencies: list });
			project.write("shop/bun.lock", "");
			await initIn(project);
			expect(manifest(project).trustedDependencies).toEqual(
				list && ["sharp", "esbuild", "workerd"],
			);
		}
	});

	test("refuses a package.json that npm cannot read, and writes nothing", async () => {
		const project = repository();
		project.write("shop/package.json", '{ "name": "shop", }');
		const { status, stderr } = await initIn(project);
		expect(status).toBe(2);
		expect(stderr).toContain(
			"shop/package.json error [bad-package-json] shop/package.json cannot be added to: ",
		);
		expect(project.tree()).not.toHaveProperty("shop/counters.yaml");
		expect(project.tree()).not.toHaveProperty("shop/.gitignore");
	});

	test("--json lists what was written, added and kept", async () => {
		const project = repository();
		const { stdout } = await initIn(project, ["--json", "--quiet"]);
		const { written, added, kept } = JSON.parse(stdout);
		expect(written).toEqual([".gitignore", "counters.yaml"]);
		expect(added["package.json"]).toContain("scripts.counters:start");
		expect(kept).toEqual(["scripts.counters:deploy"]);
	});
});

describe("counter-gen init in a workspace", () => {
	test("lets install scripts run at npm's root, and finds the schema there", async () => {
		const project = repository();
		project.write("package.json", '{ "workspaces": ["*"] }');
		const { stdout } = await initIn(project);
		expect(manifest(project, "package.json").allowScripts).toEqual({
			esbuild: true,
			workerd: true,
		});
		expect(manifest(project)).not.toHaveProperty("allowScripts");
		expect(stdout).toContain(
			"\npackage.json: added\n  allowScripts: esbuild, workerd\n",
		);
		expect(project.read("shop/counters.yaml")).toContain(
			"$schema=../node_modules/counter-gen/counters.schema.json\n",
		);
	});

	test("does so in a new folder, too", async () => {
		const project = new Project();
		project.write("package.json", '{ "workspaces": ["*"] }');
		await runCli(["init", "counters"], project);
		expect(manifest(project, "package.json").allowScripts).toEqual({
			esbuild: true,
			node: true,
			workerd: true,
		});
		expect(manifest(project, "counters/package.json")).not.toHaveProperty(
			"allowScripts",
		);
	});

	test("lets pnpm build at its root", async () => {
		const project = repository();
		project.write("pnpm-workspace.yaml", "packages: ['*']\n");
		const { stdout } = await initIn(project);
		expect(project.read("pnpm-workspace.yaml")).toBe(
			"packages: ['*']\nallowBuilds:\n  esbuild: true\n  workerd: true\n",
		);
		expect(stdout).toContain("\npnpm-workspace.yaml: added esbuild, workerd");
		expect(project.read("shop/counters.yaml")).toContain(
			"$schema=./node_modules/counter-gen/counters.schema.json\n",
		);
	});

	test("adds no line that a .gitignore above has", async () => {
		const project = repository();
		project.write(".gitignore", "node_modules\n.dev.vars*\n");
		project.write("shop/.gitignore", "dist\n");
		await initIn(project);
		expect(project.read("shop/.gitignore")).toBe(
			"dist\n.wrangler/\n.counter-gen/\n.*.tmp\n",
		);
	});
});

describe("what init offers to tell other tools", () => {
	test("is nothing in an empty folder", async () => {
		const { stderr } = await runCli(["init", "new"]);
		expect(stderr).not.toContain("linguist");
	});

	test("is a line for each that the repository uses", async () => {
		const project = repository({
			...shop,
			devDependencies: { eslint: "9.0.0" },
		});
		project.write("package.json", '{ "workspaces": ["*"] }');
		project.write("prettier.config.js", "");
		project.write("eslint.config.mjs", "");
		project.write("biome.jsonc", "{}");
		const { stderr } = await initIn(project);
		expect(stderr).toContain(`To keep other tools off generated files, add
  in .prettierignore:
    shop/generated/
    shop/counters.lock.json
  in eslint.config.mjs:
    { ignores: ["shop/generated/", "shop/.counter-gen/"] },
  in biome.jsonc:
    "files": { "includes": ["**", "!shop/generated", "!shop/counters.lock.json", "!shop/.counter-gen"] },
  in .gitattributes:
    shop/generated/** linguist-generated
    shop/counters.lock.json linguist-generated
`);
	});

	test("is not what they know", async () => {
		const project = repository({
			...shop,
			devDependencies: { prettier: "3.0.0" },
		});
		project.write("shop/.prettierignore", "generated/\n");
		project.write("shop/biome.json", '{"files":{"includes":["!generated"]}}');
		project.write("shop/.gitattributes", "generated/** linguist-generated\n");
		expect((await initIn(project)).stderr).not.toContain("other tools");
	});
});
