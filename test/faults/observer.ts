import { setTimeout as wait } from "node:timers/promises";
import type { Load } from "./load.ts";
import type { Answer, Server } from "./server.ts";

/**
 * Says what is wrong with a success. `acknowledged` is how much had been before
 * the request.
 */
export type Judge = (
	answer: Answer,
	acknowledged: number,
) => string | undefined;

/** What one path was seen to answer: how often which status and code. */
export class Observer {
	readonly answers = new Map<string, number>();
	/** Answers that are no answer a client or an operator could use. */
	readonly findings: string[] = [];
	/** The last one that was a success. */
	last: unknown;
	readonly #server: Server;
	readonly #path: () => string;
	readonly #method: "GET" | "POST";
	readonly #judge: Judge;
	#isOn = true;
	readonly #running: Promise<void>;

	/** Asks ten times a second, until it is stopped. */
	constructor(
		server: Server,
		load: Load,
		path: () => string,
		judge: Judge = () => undefined,
		method: "GET" | "POST" = "GET",
	) {
		this.#server = server;
		this.#path = path;
		this.#method = method;
		this.#judge = judge;
		this.#running = this.#run(load);
	}

	async stop(): Promise<void> {
		this.#isOn = false;
		await this.#running;
	}

	/** As text: `200 ×12, 503 kv-unavailable ×3`. */
	toString(): string {
		return [...this.answers].map(([one, times]) => `${one} ×${times}`).join();
	}

	async #run(load: Load): Promise<void> {
		while (this.#isOn) {
			const { acknowledged } = load;
			const path = this.#path();
			const answer = await this.#server.ask(path, this.#method);
			const { status, code, retryAfter } = answer;
			const text = code === "" ? `${status}` : `${status} ${code}`;
			this.answers.set(text, (this.answers.get(text) ?? 0) + 1);
			const found = (what: string) =>
				this.findings.push(`${path} answered ${text}: ${what}`);
			if (status === 200) {
				this.last = answer.body;
				const wrong = this.#judge(answer, acknowledged);
				if (wrong !== undefined) found(wrong);
			} else if (status !== 503) found(JSON.stringify(answer.body));
			else if (!(Number(retryAfter) > 0)) found("without Retry-After");
			await wait(100);
		}
	}
}
