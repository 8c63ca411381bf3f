import { deepEqual, equal } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
	copyFileSync,
	mkdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

const lockFile = "counters.lock.json";

/** A project on disk whose output has to equal that of a reference. */
export class Generated {
	readonly dir: string;
	readonly #reference: string;
	readonly #files: readonly string[];

	/**
	 * @param dir the folder to make it in
	 * @param reference a folder with the configuration, the lock and the output
	 */
	constructor(dir: string, reference: string) {
		this.dir = dir;
		this.#reference = reference;
		const lock = JSON.parse(readFileSync(join(reference, lockFile), "utf8"));
		this.#files = Object.keys(lock.outputs.generated);
		mkdirSync(dir, { recursive: true });
		this.#copy("counters.yaml");
		this.clear();
	}

	/** Leaves what somebody has who has never generated: the two files. */
	clear(): void {
		rmSync(join(this.dir, "generated"), { recursive: true, force: true });
		this.#copy(lockFile);
	}

	/** Checks that a run wrote everything. */
	verifyFirst(stdout: string): void {
		deepEqual(JSON.parse(stdout).written.toSorted(), this.#files.toSorted());
		this.#verifyOutput();
	}

	/** Checks that a run found nothing to write. */
	verifyAgain(stdout: string): void {
		const { written, unchanged } = JSON.parse(stdout);
		deepEqual(
			{ written, unchanged },
			{ written: [], unchanged: this.#files.length },
		);
		this.#verifyOutput();
	}

	#verifyOutput(): void {
		const paths = this.#files.map((path) => join("generated", path));
		for (const path of [lockFile, ...paths]) {
			const expected = readFileSync(join(this.#reference, path), "utf8");
			equal(readFileSync(join(this.dir, path), "utf8"), expected, path);
		}
	}

	#copy(name: string): void {
		copyFileSync(join(this.#reference, name), join(this.dir, name));
	}
}

/** Generates a configuration of so many namespaces, from source, in `dir`. */
export function referenceOf(namespaces: number, dir: string): string {
	mkdirSync(dir, { recursive: true });
	writeFileSync(join(dir, "counters.yaml"), configuration(namespaces));
	execFileSync(
		process.execPath,
		[join(root, "cli/bin.ts"), "generate", "--quiet"],
		{
			cwd: dir,
			stdio: ["ignore", "ignore", "inherit"],
		},
	);
	const counters = readFileSync(join(dir, "generated/src/counters.ts"), "utf8");
	const classes = counters.match(/extends CounterDurableObject/g) ?? [];
	equal(classes.length, namespaces, "classes in counters.ts");
	return dir;
}

/** Namespaces that each set what one usually sets. */
function configuration(namespaces: number): string {
	const all = Array.from(
		{ length: namespaces },
		(_, at) => `  space-${at}:
    shardCount: ${1 + (at % 8)}
    shardMinRequestToGlobal: 50 # requests
    shardWriteToGlobalAfter: 2s
    names: [agree, disagree, abstain]
    increment: { min: -1, max: 1 }
`,
	);
	return `version: 1\nnamespaces:\n${all.join("")}`;
}
