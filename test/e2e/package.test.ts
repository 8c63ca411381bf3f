import {
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
} from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { publint } from "publint";
import { lt } from "semver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTemplates } from "../../cli/generator/templates.ts";
import { installed } from "../support/installed.ts";
import { attempt, leaveRunning, machine, type } from "../support/machine.ts";
import { freePort } from "../support/process.ts";
import { root } from "../support/project.ts";

const manifest = join(root, "package.json");
const dir = mkdtempSync(join(tmpdir(), "counter-gen-"));
let tarball: string;

/** With a Node that can run counter-gen, whatever the machine has. */
const newNode = {
	...machine,
	PATH: dirname(process.execPath) + delimiter + machine.PATH,
};

beforeAll(async () => {
	// The build is there already, and other tests run it.
	const pack = `npm pack --ignore-scripts --silent --pack-destination ${dir}`;
	const printed = await type(pack, root);
	tarball = join(dir, printed.trim().split("\n").at(-1) ?? "");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Those of this machine's own that are too old; there may be none. */
async function oldNodes(): Promise<string[]> {
	const printed = await type("which -a node || true", dir);
	const old: string[] = [];
	for (const node of printed.split("\n").filter(Boolean))
		if (lt((await type(`${node} --version`, dir)).trim(), "22.12.0"))
			old.push(node);
	return old;
}

describe("the package", () => {
	it("holds what it needs to run, and nothing else", async () => {
		const packed = (await type(`tar -tzf ${tarball}`, dir))
			.trim()
			.split("\n")
			.map((path) => path.replace(/^package\//, ""));
		const compiled = packed.filter((path) => path.startsWith("dist/"));
		const isLibrary = (path: string) => path.startsWith("dist/runtime/");
		const program = compiled.filter((path) => !isLibrary(path));
		expect(program).toContain("dist/bin.js");
		expect(program.filter((path) => !path.endsWith(".js"))).toEqual([
			"dist/LICENSES.txt",
		]);
		const modules = [...readTemplates().runtime.keys()].map((path) =>
			join("dist/runtime", path.replace(/\.ts$/, "")),
		);
		const endings = [".d.ts", ".d.ts.map", ".js", ".js.map"];
		expect(compiled.filter(isLibrary).toSorted()).toEqual(
			modules
				.flatMap((path) => endings.map((ending) => path + ending))
				.toSorted(),
		);
		const templates = readdirSync(join(root, "templates"), {
			recursive: true,
			withFileTypes: true,
		})
			.filter((entry) => entry.isFile() && entry.name !== "tsconfig.json")
			// The runtime has these as bundled.
			.filter(
				({ parentPath }) =>
					!/templates\/(element|dashboard)\b/.test(parentPath),
			)
			.map((entry) => join(entry.parentPath, entry.name))
			.map((path) => path.slice(root.length));
		expect(
			packed.filter((path) => !path.startsWith("dist/")).toSorted(),
		).toEqual(
			[
				"LICENSE",
				"README.md",
				"counters.schema.json",
				...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
				"package.json",
				...templates,
			].toSorted(),
		);
	});

	it("is small: 1,400 kB at the most, where 1,322 were measured", () => {
		expect(statSync(tarball).size).toBeLessThan(1_400_000);
	});

	it("is as registries and package managers expect it", async () => {
		const { buffer } = new Uint8Array(readFileSync(tarball));
		const { messages } = await publint({ pack: { tarball: buffer } });
		expect(messages).toEqual([]);
	});

	it("has types wherever its modules are imported from", async () => {
		const tools = await installed({ "@arethetypeswrong/cli": "0.18.5" });
		const attw = join(tools, "node_modules/.bin/attw");
		const { status, stdout } = await attempt(
			`${attw} ${tarball} --profile esm-only --entrypoints runtime --format json`,
			dir,
			newNode,
		);
		const { resolutions } =
			JSON.parse(stdout).analysis.entrypoints["./runtime"];
		for (const kind of ["bundler", "node16-esm"])
			expect([kind, resolutions[kind].resolution]).toEqual([
				kind,
				expect.objectContaining({ isTypeScript: true }),
			]);
		// Problems of CommonJS, which the package is not for, do not count.
		expect(status).toBe(0);
	});

	it("says what it needs where Node is older, and how to get it", async () => {
		await type(`tar -xzf ${tarball}`, dir);
		const bin = join(dir, "package/dist/bin.js");
		const pretend = join(dir, "pretend.mjs");
		await writeFile(
			pretend,
			`Object.defineProperty(process, "versions", {
				value: { ...process.versions, node: "22.11.0" },
			});`,
		);
		const nodes = [
			`${process.execPath} --import ${pretend}`,
			...(await oldNodes()),
		];
		for (const node of nodes)
			expect(await attempt(`${node} ${bin} generate`, dir)).toEqual({
				status: 2,
				stdout: "",
				stderr: expect.stringMatching(
					/^counter-gen needs Node\.js 22\.12 or newer; this is [\d.]+\. .+:\n\n {2}npm install --save-dev node@24\n\n$/,
				),
			});

		const project = join(dir, "old-node");
		await mkdir(project);
		await writeFile(join(project, "package.json"), '{ "private": true }');
		const { stderr } = await attempt(`${nodes[0]} ${bin} generate`, project);
		await type(stderr.trim().split("\n").at(-1) ?? "", project);
		const version = await type("npx --no -- node --version", project);
		expect(lt(version.trim(), "24.0.0")).toBe(false);
	});
});

describe("a project of one's own", () => {
	const install = "npm install --loglevel=error";

	it("starts from the tarball, in an empty folder", async () => {
		const project = join(dir, "from tarball");
		await mkdir(project);
		await type(`${install} --no-save ${tarball}`, project);
		await type("npx --no -- counter-gen init", project, newNode);
		await type(install, project);

		const program = "npx --no -- counter-gen";
		const { version } = JSON.parse(await readFile(manifest, "utf8"));
		expect(await type(`${program} --version`, project)).toBe(`${version}\n`);
		expect(await type(`${program} dev --help`, project)).toContain(
			`\n  $ ${program} dev -- --log-level debug`,
		);

		await type("npm run generate", project);
		await type("npm run typecheck", project);
		await type("npm run check", project);
		await type(
			"npx --no -- wrangler deploy --dry-run --config generated/wrangler.toml",
			project,
		);
		const port = await freePort();
		await leaveRunning(
			`npm run serve -- --port ${port}`,
			project,
			"counts are kept in",
		);
		const load = `${program} load http://127.0.0.1:${port} --requests 500`;
		expect(await type(`${load} --verify exact`, project)).toContain(
			"verified: exact total of load-test rose by exactly 500",
		);
	});
});
