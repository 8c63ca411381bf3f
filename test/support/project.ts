import {
	mkdtemp,
	readdir,
	readFile,
	realpath,
	rename,
	rm,
	stat,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { linkPackages } from "./packages.ts";
import type { Until } from "./shared.ts";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** The program as it is built; CONTRIBUTING.md tells how it starts from source. */
export const bin: string = join(root, "dist/bin.js");

/** Two namespaces with thresholds that a test does not wait for long. */
export const quickConfig = `version: 1
worker:
  name: quick
namespaces:
  metrics:
    mount: /
    methods: [GET, POST]
    shardCount: 2
    shardMinRequestToGlobal: 50
    shardWriteToGlobalAfter: 100ms
    globalMinWritesToKV: 5
    globalWriteToKVAfter: 1s
  votes:
    shardCount: 1
    names: [agree, disagree]
    increment: { min: -1, max: 1 }
`;

interface ProjectOptions {
	/** False leaves out the packages that it needs. */
	packages?: boolean;
	/** Registers how to remove it; by default after the test. */
	until?: Until;
}

/** A user's project in a folder of its own. */
export class Project {
	readonly dir: string;

	private constructor(dir: string) {
		this.dir = dir;
	}

	/** Creates one with `counters.yaml` and packages. */
	static async create({
		packages = true,
		until = onTestFinished,
	}: ProjectOptions = {}): Promise<Project> {
		const dir = await realpath(await mkdtemp(join(tmpdir(), "counter-gen-")));
		until(() => rm(dir, { recursive: true, force: true }));
		const project = new Project(dir);
		await project.write("counters.yaml", quickConfig);
		if (packages) await linkPackages(dir);
		return project;
	}

	path(name: string): string {
		return join(this.dir, name);
	}

	read(name: string): Promise<string> {
		return readFile(this.path(name), "utf8");
	}

	write(name: string, text: string): Promise<void> {
		return writeFile(this.path(name), text);
	}

	/** Puts a file in another one's place: who follows that sees no half of it. */
	async replace(name: string, text: string): Promise<void> {
		await this.write(`${name}.new`, text);
		await rename(this.path(`${name}.new`), this.path(name));
	}

	/** Replaces a piece of a file, which must be there. */
	async edit(name: string, from: string, to: string): Promise<void> {
		const text = await this.read(name);
		if (!text.includes(from)) throw new Error(`${name} has no ${from}`);
		await this.replace(name, text.replace(from, to));
	}

	/** The admin token that `dev` and `serve` wrote. */
	async token(): Promise<string> {
		const secrets = await this.read("generated/.dev.vars");
		return /COUNTER_ADMIN_TOKEN=(\S+)/.exec(secrets)?.[1] ?? "";
	}
}

/** Reads when each file below a folder was last modified, by its path. */
export async function modified(dir: string): Promise<Record<string, number>> {
	const files = await readdir(dir, { recursive: true, withFileTypes: true });
	return Object.fromEntries(
		await Promise.all(
			files
				.filter((file) => file.isFile())
				.map((file) => join(file.parentPath, file.name))
				.map(async (path) => [path, (await stat(path)).mtimeMs]),
		),
	);
}
