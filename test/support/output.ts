import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { apply } from "../../cli/generator/apply.ts";
import { readLock } from "../../cli/generator/lock.ts";
import { type Plan, type PlanInput, plan } from "../../cli/generator/plan.ts";
import { recordOf } from "../../cli/generator/record.ts";
import type { Target } from "../../cli/generator/target.ts";

/** The record of a TypeScript file with this text. */
export const record = (text: string): Promise<string> =>
	recordOf("a.ts", text, []);

/** A project of its own in a temporary directory, gone after the test. */
export class Project {
	readonly cwd: string = mkdtempSync(join(tmpdir(), "counter-gen-"));
	readonly target: Target = {
		cwd: this.cwd,
		outDir: join(this.cwd, "generated"),
		lockFile: join(this.cwd, "counters.lock.json"),
	};

	constructor() {
		onTestFinished(() => rmSync(this.cwd, { recursive: true, force: true }));
	}

	path(name: string): string {
		return join(this.cwd, name);
	}

	read(name: string): string {
		return readFileSync(this.path(name), "utf8");
	}

	write(name: string, text: string): void {
		mkdirSync(dirname(this.path(name)), { recursive: true });
		writeFileSync(this.path(name), text);
	}

	/** Plans the given files, with the lock as it is on disk. */
	async plan(
		files: Record<string, string>,
		target: Target = this.target,
		options: Pick<PlanInput, "discardEdits"> = {},
	): Promise<Plan> {
		const lock = await readLock(target.lockFile, target.cwd);
		return plan({
			...options,
			target,
			rendered: new Map(Object.entries(files)),
			lock,
			pasts: { namespaces: lock.namespaces },
		});
	}

	async generate(
		files: Record<string, string>,
		target: Target = this.target,
	): Promise<void> {
		await apply(await this.plan(files, target));
	}

	/** Every path below the project: a file's text, or null for a folder. */
	tree(): Record<string, string | null> {
		return Object.fromEntries(
			this.#paths().map((path) => [
				path,
				statSync(this.path(path)).isDirectory() ? null : this.read(path),
			]),
		);
	}

	/** Inode and time of every file: they tell whether anything was written. */
	stamps(): string[] {
		return this.#paths().map((path) => {
			const { ino, mtimeMs } = statSync(this.path(path));
			return `${path} ${ino} ${mtimeMs}`;
		});
	}

	#paths(): string[] {
		const all = readdirSync(this.cwd, { recursive: true, encoding: "utf8" });
		return all.sort();
	}
}
