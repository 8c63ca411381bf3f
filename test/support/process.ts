import { type ChildProcess, spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { bin } from "./project.ts";
import type { Until } from "./shared.ts";
import { WAIT_MS } from "./wait.ts";

export interface Ended {
	status: number | null;
	stdout: string;
	stderr: string;
}

export interface ProgramOptions {
	cwd: string;
	env?: Record<string, string>;
	/** Registers how to stop it; by default after the test. */
	until?: Until | undefined;
}

/** A program as a process of its own. */
export class Program {
	readonly #process: ChildProcess;
	readonly ended: Promise<Ended>;
	stdout = "";
	stderr = "";

	constructor(
		file: string,
		args: readonly string[],
		{ until = onTestFinished, ...options }: ProgramOptions,
	) {
		this.#process = spawn(file, args, {
			cwd: options.cwd,
			env: { ...process.env, NO_COLOR: "1", ...options.env },
			stdio: ["ignore", "pipe", "pipe"],
		});
		this.#process.stdout?.setEncoding("utf8").on("data", (text) => {
			this.stdout += text;
		});
		this.#process.stderr?.setEncoding("utf8").on("data", (text) => {
			this.stderr += text;
		});
		this.ended = new Promise((resolve) =>
			this.#process.once("close", (status) =>
				resolve({ status, stdout: this.stdout, stderr: this.stderr }),
			),
		);
		until(async () => {
			await this.stop();
		});
	}

	get pid(): number {
		return this.#process.pid ?? 0;
	}

	signal(name: NodeJS.Signals): void {
		this.#process.kill(name);
	}

	/** As Ctrl-C does. */
	async stop(): Promise<Ended> {
		if (this.#process.exitCode === null) this.signal("SIGINT");
		return this.ended;
	}

	/** Resolves once stderr holds `text`; throws if the process ends before. */
	async reports(text: string): Promise<void> {
		while (!this.stderr.includes(text)) {
			if (this.#process.exitCode !== null)
				throw new Error(
					`ended with ${this.#process.exitCode} before it reported ${text}:\n${this.stdout}${this.stderr}`,
				);
			await wait(20);
		}
	}
}

interface CliOptions extends ProgramOptions {
	/** Options of `ulimit` that it runs under. */
	ulimit?: string | undefined;
}

/** The real `counter-gen`, as it is built. */
export class Cli extends Program {
	constructor(argv: readonly string[], { ulimit, ...options }: CliOptions) {
		const file = process.execPath;
		const args = [bin, ...argv];
		if (ulimit === undefined) super(file, args, options);
		else {
			const shell = `ulimit ${ulimit} && exec "$0" "$@"`;
			super("sh", ["-c", shell, file, ...args], options);
		}
	}
}

/** Runs `counter-gen` to its end. */
export function cli(
	argv: readonly string[],
	cwd: string,
	env: Record<string, string> = {},
): Promise<Ended> {
	return new Cli(argv, { cwd, env }).ended;
}

/** Processes of vitest that have ports of their own. */
const MAX_WORKERS = 32;

/** Ports that a worker finds one after the other; it begins anywhere. */
const PORTS = 20_000 / MAX_WORKERS;
let turn = Math.floor(Math.random() * PORTS);

/**
 * Finds a port that nothing listens on. It is none of those that systems give to
 * connections, nor one that another worker finds: either could take it before a
 * server does, or while that is killed and starts again.
 */
export async function freePort(): Promise<number> {
	const worker = Number(process.env.VITEST_POOL_ID ?? 0) % MAX_WORKERS;
	for (;;) {
		turn = (turn + 1) % PORTS;
		const port = 10_000 + turn * MAX_WORKERS + worker;
		const server = createServer();
		const isFree = await new Promise((resolve) => {
			server.once("error", () => resolve(false));
			server.listen(port, "127.0.0.1", () => resolve(true));
		});
		if (!isFree) continue;
		await new Promise((resolve) => server.close(resolve));
		return port;
	}
}

/** A process's state letter and its parent, by /proc; undefined if gone. */
async function status(pid: number): Promise<[string, number] | undefined> {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return state ? [state, Number(parent)] : undefined;
}

/** Ids of all processes that descend from `pid`. */
export async function descendants(pid: number): Promise<number[]> {
	const parents = new Map<number, number>();
	const pids = (await readdir("/proc")).map(Number);
	const states = await Promise.all(pids.map(status));
	for (const [n, pid] of pids.entries()) {
		const [, parent] = states[n] ?? [];
		if (parent !== undefined) parents.set(pid, parent);
	}
	const found = [pid];
	for (const ancestor of found)
		for (const [child, parent] of parents)
			if (parent === ancestor) found.push(child);
	return found.slice(1);
}

/** Those of the processes that have not ended; a zombie has. */
export async function running(pids: readonly number[]): Promise<number[]> {
	const states = await Promise.all(pids.map(status));
	return pids.filter((_, n) => states[n] && states[n][0] !== "Z");
}

/** Asks again until `check` holds; after `WAIT_MS` the last answer is taken. */
export async function eventually<T>(
	ask: () => Promise<T>,
	check: (answer: T) => boolean,
): Promise<T> {
	const until = Date.now() + WAIT_MS;
	for (;;) {
		const answer = await ask();
		if (check(answer) || Date.now() > until) return answer;
		await wait(50);
	}
}
