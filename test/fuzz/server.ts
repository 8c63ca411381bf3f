import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { linkPackages } from "../support/packages.ts";
import { configOf, NAMESPACES } from "./namespaces.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Tokens that are the same in each run, so that a request can be replayed. */
export const ADMIN_TOKEN = "fuzz-admin-8b1c52c0e6";
export const CALLER_TOKEN = "fuzz-caller-41d07f93aa";

/** `counter-gen serve` on a project of its own, in a temporary folder. */
export class Server {
	readonly port: number;
	readonly #dir: string;
	#process: ChildProcess | undefined;
	/** Text on stderr since somebody looked. */
	output = "";

	private constructor(dir: string, port: number) {
		this.#dir = dir;
		this.port = port;
	}

	static async start(): Promise<Server> {
		const dir = await mkdtemp(join(tmpdir(), "counter-gen-fuzz-"));
		await writeFile(join(dir, "counters.yaml"), configOf(NAMESPACES));
		await linkPackages(dir);
		await mkdir(join(dir, "generated"));
		await writeFile(
			join(dir, "generated/.dev.vars"),
			`COUNTER_ADMIN_TOKEN=${ADMIN_TOKEN}\nCOUNTER_TOKEN=${CALLER_TOKEN}\n`,
		);
		const server = new Server(dir, await freePort());
		await server.#serve();
		return server;
	}

	get runs(): boolean {
		const { exitCode, signalCode } = this.#process ?? {};
		return exitCode === null && signalCode === null;
	}

	/** Starts it again on the same counts, if it has ended. */
	async revive(): Promise<void> {
		if (!this.runs) await this.#serve();
	}

	async stop(): Promise<void> {
		const child = this.#process;
		if (child && this.runs) {
			const ended = new Promise((resolve) => child.once("close", resolve));
			child.kill("SIGINT");
			await ended;
		}
		await rm(this.#dir, { recursive: true, force: true });
	}

	#serve(): Promise<void> {
		const child = spawn(
			process.execPath,
			[join(root, "dist/bin.js"), "serve", "--port", String(this.port)],
			{
				cwd: this.#dir,
				env: { ...process.env, NO_COLOR: "1" },
				stdio: ["ignore", "ignore", "pipe"],
			},
		);
		this.#process = child;
		let begin = "";
		let isReady = false;
		return new Promise((resolve, reject) => {
			child.stderr.setEncoding("utf8").on("data", (text: string) => {
				this.output += text;
				begin = (begin + text).slice(0, 10_000);
				if (!begin.includes("Ctrl-C stops it")) return;
				// It begins with a link that has the token, for who started it.
				if (!isReady) this.output = "";
				isReady = true;
				resolve();
			});
			child.once("close", () =>
				reject(new Error(`counter-gen serve ended:\n${this.output}`)),
			);
		});
	}
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() =>
				resolve(typeof address === "object" ? (address?.port ?? 0) : 0),
			);
		});
	});
}
