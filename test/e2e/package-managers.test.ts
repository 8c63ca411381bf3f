import { mkdtempSync, rmSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installed } from "../support/installed.ts";
import { attempt, leaveRunning, machine, type } from "../support/machine.ts";
import { freePort } from "../support/process.ts";
import { root } from "../support/project.ts";

const dir = mkdtempSync(join(tmpdir(), "counter-gen-"));
let tarball: string;

beforeAll(async () => {
	// The build is there already, and other tests run it.
	const pack = `npm pack --ignore-scripts --silent --pack-destination ${dir}`;
	const printed = await type(pack, root);
	tarball = join(dir, printed.trim().split("\n").at(-1) ?? "");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Commands that a person types, as docs/existing-repository.md has them. */
interface Way {
	/** The package of the package manager; npm is the machine's own. */
	tool?: Record<string, string>;
	add: string;
	exec: string;
	install: string;
	run: string;
	/** Installs without devDependencies. */
	production: string;
	/** False where wrangler, a peer, does not come along then. */
	peers?: boolean;
	/** Files that the repository has already. */
	files?: Record<string, string>;
}

const npm: Way = {
	add: "npm install",
	exec: "npx --no --",
	install: "npm install",
	run: "npm run",
	production: "rm -r node_modules && npm ci",
};
const pnpm: Way = {
	add: "pnpm add",
	exec: "pnpm exec",
	install: "pnpm install",
	run: "pnpm run",
	production: "pnpm install --prod",
};
const yarn: Way = {
	tool: { "@yarnpkg/cli-dist": "4.18.1" },
	add: "yarn add",
	exec: "yarn run",
	install: "yarn install",
	run: "yarn run",
	production: "yarn workspaces focus --production",
	peers: false,
	files: { "yarn.lock": "", ".yarnrc.yml": "enableTelemetry: false\n" },
};
const bun: Way = {
	tool: { bun: "1.4.5" },
	add: "bun add",
	exec: "bun run",
	install: "bun install",
	run: "bun run",
	production: "rm -r node_modules && bun install --production",
};

/** Makes an environment whose Node is new enough, and whose package manager is `tool`. */
async function surroundings({ tool }: Way): Promise<NodeJS.ProcessEnv> {
	const bin = tool && join(await installed(tool), "node_modules/.bin");
	const dirs = [bin, dirname(process.execPath), machine.PATH];
	return {
		...machine,
		PATH: dirs.filter(Boolean).join(delimiter),
	};
}

/** Makes an environment with the machine's own Node.js only, which may be too old. */
async function ownNode(way: Way): Promise<NodeJS.ProcessEnv> {
	const { PATH = "", ...env } = await surroundings(way);
	return {
		...env,
		PATH: PATH.replace(dirname(process.execPath) + delimiter, ""),
	};
}

/** Runs a command line; where Node.js is too old, after the hint for that. */
async function heed(
	commandLine: string,
	project: string,
	env: NodeJS.ProcessEnv,
): Promise<void> {
	const { status, stderr } = await attempt(commandLine, project, env);
	if (status === 0) return;
	const [, hint = ""] = /needs Node\.js .*\n\n {2}(.+)\n/.exec(stderr) ?? [];
	await type(hint, project, env);
	await type(commandLine, project, env);
}

/** A repository with a tarball of counter-gen, as people have it. */
async function repository(name: string, way: Way): Promise<string> {
	const project = join(dir, name);
	await mkdir(join(project, "vendor"), { recursive: true });
	await cp(tarball, join(project, "vendor/counter-gen.tgz"));
	const files = {
		".gitignore": "node_modules\n",
		"package.json": JSON.stringify({
			name: "shop",
			private: true,
			scripts: { dev: "node server.js" },
		}),
		...way.files,
	};
	for (const [file, text] of Object.entries(files))
		await writeFile(join(project, file), text);
	return project;
}

/** Counts once under `serve`, then with the load that it says to try. */
async function count(
	way: Way,
	project: string,
	env: NodeJS.ProcessEnv,
): Promise<unknown> {
	const port = await freePort();
	const said = await leaveRunning(
		`${way.exec} counter-gen serve --port ${port}`,
		project,
		"counts are kept in",
		env,
	);
	const url = `http://127.0.0.1:${port}/increment/home`;
	const response = await fetch(url, { method: "POST" });
	const [load = ""] = /\S.* counter-gen load .*/.exec(said) ?? [];
	expect(load).toContain(way.exec);
	await type(`${load} --requests 10`, project, env);
	return response.json();
}

/** Milliseconds that end what hangs: a machine may have to load all of it. */
const timeout = 900_000;

describe("counters in a repository that is there", { timeout }, () => {
	it.each<[string, Way]>([
		["npm", npm],
		["pnpm 12", { ...pnpm, tool: { pnpm: "12.21.0" } }],
		["Yarn with Plug'n'Play", yarn],
		["bun", bun],
	])("%s goes from init to serve", async (name, way) => {
		const project = await repository(name, way);
		const env = await surroundings(way);
		// pnpm 12 ends with 1 after it installed: it may not build esbuild yet.
		await attempt(`${way.add} ./vendor/counter-gen.tgz`, project, env);
		const printed = await type(`${way.exec} counter-gen init`, project, env);
		expect(printed).toContain("\n  scripts: counters:start, ");
		await type(way.install, project, env);

		await type(`${way.run} counters:generate`, project, env);
		await type(`${way.run} counters:typecheck`, project, env);
		expect(await count(way, project, env)).toMatchObject({ by: 1 });

		const production = { ...env, NODE_ENV: "production" };
		await type(way.production, project, production);
		const { status, stdout, stderr } = await attempt(
			`${way.exec} counter-gen deploy --dry-run`,
			project,
			production,
		);
		if (way.peers !== false) expect(stdout).toContain("can be bundled");
		else {
			expect(status).toBe(2);
			expect(stderr).toContain(
				"fix: Move wrangler to dependencies in package.json and install again",
			);
		}
	});

	it.each<[string, Way]>([
		["pnpm 10", { ...pnpm, tool: { pnpm: "10.34.8" } }],
		["bun, too,", bun],
	])(
		"%s does, on the machine's own Node.js, however old",
		async (name, way) => {
			const project = await repository(`${name} on old Node`, way);
			const env = await ownNode(way);
			await type(`${way.add} ./vendor/counter-gen.tgz`, project, env);
			await heed(`${way.exec} counter-gen init`, project, env);
			await type(way.install, project, env);
			expect(await count(way, project, env)).toMatchObject({ by: 1 });
		},
	);

	it("pnpm 10 does with what npm's init wrote, which lets it build nothing", async () => {
		const project = await repository("pnpm after npm", npm);
		const env = await ownNode(npm);
		await type(`${npm.add} ./vendor/counter-gen.tgz`, project, env);
		await heed(`${npm.exec} counter-gen init`, project, env);
		for (const name of ["node_modules", "package-lock.json"])
			await rm(join(project, name), { recursive: true });
		const way = { ...pnpm, tool: { pnpm: "10.34.8" } };
		const later = await ownNode(way);
		await type(way.install, project, later);
		await heed(`${way.exec} counter-gen generate`, project, later);
		expect(await count(way, project, later)).toMatchObject({ by: 1 });
	});

	it("npm has no objection beside the newest wrangler, then and later", async () => {
		const files = {
			"package.json": `{ "devDependencies": { "wrangler": "^4.155.0" } }`,
		};
		const project = await repository("beside a newer wrangler", {
			...npm,
			files,
		});
		const env = await surroundings(npm);
		await type("npm install ./vendor/counter-gen.tgz", project, env);
		await type("npx --no -- counter-gen init", project, env);
		// npm is stricter where nothing is installed yet, as in a clone.
		for (const name of ["node_modules", "package-lock.json"])
			await rm(join(project, name), { recursive: true });
		const resolve = "npm install --package-lock-only";
		expect(await attempt(resolve, project, env)).toMatchObject({
			status: 0,
			stderr: expect.not.stringContaining("ERESOLVE"),
		});
		await type(`${resolve} wrangler@latest`, project, env);
	});

	it("npm takes it beside old packages of Cloudflare once they are newer", async () => {
		const devDependencies = {
			"@cloudflare/workers-types": "^4.20250109.0",
			wrangler: "4.100.0",
		};
		const files = { "package.json": JSON.stringify({ devDependencies }) };
		const way = { ...npm, files };
		const project = await repository("beside old packages", way);
		const env = await surroundings(npm);
		const add = "npm install --package-lock-only ./vendor/counter-gen.tgz";
		expect((await attempt(add, project, env)).stderr).toContain("ERESOLVE");
		const page = await readFile(
			join(root, "docs/existing-repository.md"),
			"utf8",
		);
		const [newer = ""] = /npm install .*wrangler@latest.*/.exec(page) ?? [];
		await type(`${newer} --package-lock-only`, project, env);
		await type(add, project, env);
	});

	it("a member of an npm workspace has them, and the root the permission", async () => {
		const project = await repository("workspace", npm);
		const env = await surroundings(npm);
		await writeFile(
			join(project, "package.json"),
			'{ "private": true, "workspaces": ["packages/*"] }\n',
		);
		await type("npm install ./vendor/counter-gen.tgz", project, env);
		await type("npx --no -- counter-gen init packages/counters", project, env);
		await type("npm install", project, env);
		const text = await readFile(join(project, "package.json"), "utf8");
		expect(Object.keys(JSON.parse(text).allowScripts).sort()).toEqual([
			"esbuild",
			"node",
			"workerd",
		]);
		const member = join(project, "packages/counters");
		const yaml = await readFile(join(member, "counters.yaml"), "utf8");
		const [, schema = ""] = /\$schema=(\S+)/.exec(yaml) ?? [];
		await readFile(join(member, schema));
		expect(await count(npm, member, env)).toMatchObject({ by: 1 });
	});
});
