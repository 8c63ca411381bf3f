import { copyFile, mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { request } from "undici";
import type { Child } from "../../cli/toolchain/child.ts";
import {
	startWorkerd,
	writeWorkerdConfig,
} from "../../cli/toolchain/workerd.ts";
import type { FaultyBuild } from "./build.ts";

const SECRET = "COUNTER_ADMIN_TOKEN";
const TOKEN = "faults";

/** Faults of the moment: see workers/faulty.ts. */
export interface Faults {
	global?: "flushes" | "everything";
	stalled?: string;
	kv?: "fails" | "hangs";
}

/** A line of the Worker's log. */
export interface LogLine {
	time: string;
	level: string;
	event: string;
	namespace?: string;
	object?: string;
	[detail: string]: unknown;
}

/** An answer; a problem's `type` ends with its code. */
export interface Answer {
	status: number;
	code: string;
	retryAfter: string | undefined;
	body: unknown;
}

/** Plain workerd as `serve` starts it, with fresh state, and its log. */
export class Server {
	readonly url: string;
	readonly token = TOKEN;
	readonly #child: Child;
	readonly #lines: () => readonly string[];

	private constructor(
		url: string,
		child: Child,
		lines: () => readonly string[],
	) {
		this.url = url;
		this.#child = child;
		this.#lines = lines;
	}

	static async start(build: FaultyBuild, dir: string): Promise<Server> {
		const own = await mkdtemp(join(dir, "server-"));
		const state = {
			worker: join(own, "worker"),
			data: join(own, "data"),
		};
		await mkdir(state.worker);
		await mkdir(state.data);
		const config = await writeWorkerdConfig(state, build.worker, 0, [SECRET]);
		await copyFile(build.index, join(state.worker, "index.js"));
		await copyFile(build.kv, join(state.worker, "kv.js"));
		let output = "";
		const lines = () => output.split("\n");
		return new Promise((resolve, reject) => {
			const child: Child = startWorkerd(
				build.toolchain,
				config,
				{ [SECRET]: TOKEN },
				{ cwd: own, env: process.env },
				{
					listening: (port) =>
						resolve(new Server(`http://127.0.0.1:${port}`, child, lines)),
					stderr: (text) => {
						output += text;
					},
				},
			);
			void child.exited.then(
				() => reject(new Error(`workerd ended:\n${output}`)),
				reject,
			);
		});
	}

	/** Has that fail, and nothing else, from now on. */
	async fail(faults: Faults): Promise<void> {
		const answer = await this.ask("/-/faults", "POST", faults);
		if (answer.status !== 200)
			throw new Error(`/-/faults answered ${JSON.stringify(answer)}`);
	}

	/** The answer to one request; status 0 if there is none in time. */
	async ask(
		path: string,
		method: "GET" | "POST" = "GET",
		body?: object,
		timeoutMs: number = TIMEOUT_MS,
	): Promise<Answer> {
		try {
			const answer = await request(this.url + path, {
				method,
				headers: { authorization: `Bearer ${TOKEN}` },
				...(body && { body: JSON.stringify(body) }),
				signal: AbortSignal.timeout(timeoutMs),
			});
			const text = await answer.body.text();
			const isJson = answer.headers["content-type"]?.includes("json");
			const parsed = isJson ? JSON.parse(text) : text;
			return {
				status: answer.statusCode,
				code: String(parsed.type ?? "").replace(/^.*:/, ""),
				retryAfter: answer.headers["retry-after"]?.toString(),
				body: parsed,
			};
		} catch (error) {
			return {
				status: 0,
				code: String(error),
				retryAfter: undefined,
				body: {},
			};
		}
	}

	/** The lines of the log. */
	get log(): LogLine[] {
		return this.#lines()
			.filter((line) => line.startsWith("{") && line.endsWith("}"))
			.map((line): LogLine => JSON.parse(line));
	}

	stop(): Promise<void> {
		return this.#child.stop();
	}
}

/** Milliseconds; longer than any deadline of a read. */
const TIMEOUT_MS = 30_000;
