import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

export interface ChildOptions {
	cwd: string;
	env: Readonly<Record<string, string | undefined>>;
	/** Called with what it prints, as it comes. */
	onStdout: (text: string) => void;
	onStderr: (text: string) => void;
	/** Descriptor of a lock that it keeps as long as it runs. */
	lockFd?: number;
}

/** Status of a child's end, or the signal that ended it. */
export interface Ending {
	status: number | null;
	signal: NodeJS.Signals | null;
}

/** Milliseconds that a child has to end after it was asked to. */
const GRACE_MS = 5_000;

/**
 * Runs a program in a process group of its own, so that ending it ends whatever
 * it started. Nothing of it outlives this process, short of SIGKILL.
 */
export class Child {
	/** Resolves once it has ended. */
	readonly exited: Promise<Ending>;
	/** Undefined if it could not be started. */
	readonly pid: number | undefined;
	readonly #process: ChildProcess;

	constructor(file: string, args: readonly string[], options: ChildOptions) {
		this.#process = spawn(file, args, {
			cwd: options.cwd,
			env: options.env,
			stdio: [
				"ignore",
				"pipe",
				"pipe",
				...(options.lockFd === undefined ? [] : [options.lockFd]),
			],
			detached: true,
		});
		this.pid = this.#process.pid;
		this.#process.stdout?.setEncoding("utf8").on("data", options.onStdout);
		this.#process.stderr?.setEncoding("utf8").on("data", options.onStderr);
		const killAll = () => this.#signal("SIGKILL");
		process.once("exit", killAll);
		this.exited = new Promise((resolve, reject) => {
			this.#process.once("error", reject);
			this.#process.once("close", async (status, signal) => {
				killAll();
				await this.#gone();
				process.off("exit", killAll);
				resolve({ status, signal });
			});
		});
	}

	/** Waits for killed members of the group to vanish, if init reaps them. */
	async #gone(): Promise<void> {
		for (let tries = 0; tries < 50 && this.#signal(0); tries++) await wait(10);
	}

	/** Asks the group to end, insists after a while, and waits for the end. */
	async stop(): Promise<void> {
		this.#signal("SIGINT");
		const insist = new AbortController();
		const insisting = wait(GRACE_MS, undefined, { signal: insist.signal }).then(
			() => this.#signal("SIGKILL"),
			() => {},
		);
		await this.exited;
		insist.abort();
		await insisting;
	}

	/** Signals the whole group; false if there is none any more. */
	#signal(signal: NodeJS.Signals | 0): boolean {
		if (this.pid === undefined) return false;
		try {
			return process.kill(-this.pid, signal);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
			throw error;
		}
	}
}
