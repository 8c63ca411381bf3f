import { once } from "node:events";
import { errors, Pool } from "undici";
import { sendRaw, TIMEOUT_MS } from "./raw.ts";
import { type Answer, isWhole, type Shot } from "./shot.ts";

/** Sends requests to a port, and says what came back. */
export class Sender {
	readonly #port: number;
	readonly #pool: Pool;

	constructor(port: number) {
		this.#port = port;
		this.#pool = new Pool(`http://127.0.0.1:${port}`, {
			connections: 4,
			headersTimeout: TIMEOUT_MS,
			bodyTimeout: TIMEOUT_MS,
		});
	}

	/**
	 * All answers: one but for what is not HTTP. By undici, unless the request
	 * says how else, or undici holds it to be wrong.
	 *
	 * @throws Error if the connection breaks, or no answer comes
	 */
	async send(shot: Shot): Promise<Answer[]> {
		const late = new AbortController();
		const timer = setTimeout(() => late.abort(), 2 * TIMEOUT_MS);
		return Promise.race([
			this.#send(shot),
			once(late.signal, "abort").then(() => {
				throw new Error("neither an answer nor an end");
			}),
		]).finally(() => clearTimeout(timer));
	}

	async #send(shot: Shot): Promise<Answer[]> {
		if (shot.framing !== undefined || !isWhole(shot))
			return sendRaw(this.#port, shot);
		try {
			return [await this.#byUndici(shot)];
		} catch (error) {
			if (
				error instanceof errors.InvalidArgumentError ||
				error instanceof errors.NotSupportedError ||
				error instanceof errors.RequestContentLengthMismatchError
			)
				return sendRaw(this.#port, { ...shot, framing: "length" });
			throw error;
		}
	}

	async close(): Promise<void> {
		await this.#pool.destroy();
	}

	async #byUndici({ method, target, headers, body }: Shot): Promise<Answer> {
		const answer = await this.#pool.request({
			method,
			path: target,
			headers: headers.flat(),
			...(body !== undefined && { body: Buffer.from(body, "latin1") }),
		});
		const bytes = Buffer.from(await answer.body.arrayBuffer());
		return {
			status: answer.statusCode,
			headers: new Map(
				Object.entries(answer.headers).map(([name, value]) => [
					name,
					String(value),
				]),
			),
			body: bytes.toString("latin1"),
		};
	}
}
