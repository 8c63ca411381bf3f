import { existsSync } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CounterGenError } from "../errors.ts";
import type { Session } from "../ui/reporter.ts";
import { type ProjectOptions, projectPaths } from "./paths.ts";
import type { PlannedProject } from "./project.ts";
import { outputKey } from "./target.ts";

/** Between two looks; a change must then stay for one more. */
const INTERVAL_MS = 100;

/**
 * Generates again whenever that may have another result. Looks at paths instead
 * of waiting for events, which get lost with a folder that is replaced, behind
 * a link, and in some containers.
 */
export class Follower {
	readonly #session: Session;
	readonly #config: string;
	readonly #work: (options: ProjectOptions) => Promise<PlannedProject>;
	#options: ProjectOptions;
	/**
	 * Fingerprints of the configuration and of its surroundings at the last
	 * run.
	 */
	#seen = "";
	#left = "";
	#files: readonly string[] = [];
	/** Absolute paths that the last refusal named. */
	#inTheWay: readonly string[] = [];

	/** @param work one run, which also reports */
	constructor(
		session: Session,
		options: ProjectOptions,
		work: (options: ProjectOptions) => Promise<PlannedProject>,
	) {
		this.#session = session;
		this.#config = projectPaths(options, session.io.cwd).config;
		this.#work = work;
		this.#options = options;
	}

	/** @throws CounterGenError whatever the run is refused for */
	async generate(): Promise<PlannedProject> {
		// Comes before the read, so that no save is missed.
		this.#seen = await fingerprint(stat, this.#config);
		try {
			const run = await this.#work(this.#options);
			const { target, lock } = run.plan;
			// Namespaces of later saves may vanish again: someone is typing.
			this.#options = { since: run.before, ...this.#options };
			const written = Object.keys(lock.outputs[outputKey(target)] ?? {});
			this.#files = written.map((path) => join(target.outDir, path));
			this.#inTheWay = [];
			return run;
		} catch (error) {
			if (error instanceof CounterGenError)
				this.#inTheWay = error.diagnostics.flatMap(({ where }) =>
					where ? [resolve(this.#session.io.cwd, where.file)] : [],
				);
			throw error;
		} finally {
			this.#left = await this.#surroundings();
		}
	}

	/**
	 * Generates; reports a refusal, after which the former output stays.
	 *
	 * @param stays text after a refusal
	 */
	async attempt(stays: string): Promise<void> {
		const { io, report } = this.#session;
		try {
			await this.generate();
		} catch (error) {
			if (!(error instanceof CounterGenError)) throw error;
			if (io.signal.aborted) return;
			report.problems(error.diagnostics, { event: "refused" });
			report.info(stays);
		}
	}

	/**
	 * Makes an attempt whenever the configuration is saved, comes back or points
	 * elsewhere, a generated file is gone, or what was in the way has changed.
	 *
	 * @param signal ends it; a run that is under way is finished
	 */
	async follow(signal: AbortSignal, stays: string): Promise<void> {
		let before = "";
		while (await passed(INTERVAL_MS, signal)) {
			const config = await fingerprint(stat, this.#config);
			const around = await this.#surroundings();
			// Editors write in pieces, or remove the file for a moment.
			const settled = before === config + around;
			before = config + around;
			if (config === this.#seen && around === this.#left) continue;
			if (settled) await this.attempt(stays);
		}
	}

	async #surroundings(): Promise<string> {
		const named = this.#inTheWay.map((path) => fingerprint(lstat, path));
		const gone = this.#files.filter((file) => !existsSync(file));
		return [...(await Promise.all(named)), ...gone].join("\n");
	}
}

/**
 * Fingerprints a path: differs once the file is written, replaced or removed.
 */
async function fingerprint(look: typeof stat, path: string): Promise<string> {
	try {
		const { ino, size, mtimeNs, ctimeNs } = await look(path, { bigint: true });
		return [ino, size, mtimeNs, ctimeNs].join(" ");
	} catch (error) {
		return String((error as NodeJS.ErrnoException).code);
	}
}

/** Waits; answers false if `signal` cut that short. */
async function passed(ms: number, signal: AbortSignal): Promise<boolean> {
	return wait(ms, true, { signal }).catch(() => false);
}
