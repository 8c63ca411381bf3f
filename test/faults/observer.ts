import { setTimeout as wait } from "node:timers/promises";
import type { Answer, Server } from "./server.ts";

interface Options {
	method?: "GET" | "POST";
	/** Called with each success, and when it was asked for and answered. */
	seen?: (answer: Answer, times: { begin: number; end: number }) => void;
}

/** Counts what one path answers: how often which status and code. */
export class Observer {
	readonly answers = new Map<string, number>();
	/** Answers that are no answer a client or an operator could use. */
	readonly findings: string[] = [];
	/** The last one that was a success. */
	last: unknown;
	readonly #server: Server;
	readonly #path: () => string;
	readonly #options: Options;
	#isOn = true;
	readonly #running: Promise<void>;

	/** Asks ten times a second, until it is stopped. */
	constructor(server: Server, path: () => string, options: Options = {}) {
		this.#server = server;
		this.#path = path;
		this.#options = options;
		this.#running = this.#run();
	}

	async stop(): Promise<void> {
		this.#isOn = false;
		await this.#running;
	}

	/** As text: `200 ×12, 503 kv-unavailable ×3`. */
	toString(): string {
		return [...this.answers].map(([one, times]) => `${one} ×${times}`).join();
	}

	async #run(): Promise<void> {
		const { method, seen } = this.#options;
		while (this.#isOn) {
			const path = this.#path();
			const begin = performance.now();
			const answer = await this.#server.ask(path, method);
			const end = performance.now();
			const { status, code, retryAfter } = answer;
			const text = code === "" ? `${status}` : `${status} ${code}`;
			this.answers.set(text, (this.answers.get(text) ?? 0) + 1);
			const found = (what: string) =>
				this.findings.push(`${path} answered ${text}: ${what}`);
			if (status === 200) {
				this.last = answer.body;
				seen?.(answer, { begin, end });
			} else if (status !== 503) found(JSON.stringify(answer.body));
			else if (!(Number(retryAfter) > 0)) found("without Retry-After");
			await wait(100);
		}
	}
}
