import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { temporaryDirectory } from "../config.ts";
import type { Until } from "../shared.ts";
import { Account, type Answer } from "./account.ts";
import { answerCall, type Call } from "./routes.ts";

/** A call as it arrived; the path starts after `/client/v4`. */
export interface Recorded {
	method: string;
	path: string;
}

interface Pattern {
	method: string;
	path: RegExp;
}

/** Calls to answer with an error, whatever they ask for. */
interface Fault extends Pattern {
	status: number;
	times: number;
}

/** Calls to leave without an answer. */
interface Unanswered extends Pattern {
	arrived: () => void;
}

/** Stands in for Cloudflare's API, on loopback, with one account. */
export class Cloudflare {
	readonly account: Account;
	readonly token = "a-token-that-cloudflare-knows";
	readonly requests: Recorded[] = [];
	/** Calls that this stand-in does not know; a test should see none. */
	readonly unknown: Recorded[] = [];
	readonly #server: Server;
	readonly #home: string;
	/** Folder for temporary files of such a program. */
	readonly temporary: string;
	#origin = "";
	#faults: Fault[] = [];
	#unanswered: Unanswered[] = [];

	private constructor(account: Account, home: string) {
		this.account = account;
		this.#home = home;
		this.temporary = join(home, "tmp");
		this.#server = createServer(async (request, response) => {
			const call = await readCall(request);
			this.requests.push({ method: call.method, path: call.path });
			const unanswered = this.#unanswered.find((one) => matches(one, call));
			if (unanswered) return unanswered.arrived();
			const answer = await this.#answer(call, request.headers.authorization);
			response.writeHead("status" in answer ? answer.status : 200, {
				"Content-Type": "application/json",
			});
			response.end(JSON.stringify(envelope(answer)));
		});
	}

	/**
	 * Starts one that listens.
	 *
	 * @param until registers how to end it; by default after the test
	 */
	static async start(
		account: Account = new Account(),
		until: Until = onTestFinished,
	): Promise<Cloudflare> {
		const api = new Cloudflare(account, temporaryDirectory(until));
		// A fresh answer, so that wrangler asks no registry for its newest version.
		const cache = join(api.temporary, "update-check");
		mkdirSync(cache, { recursive: true });
		writeFileSync(
			join(cache, "wrangler-latest.json"),
			JSON.stringify({ lastUpdate: Date.now(), latest: null }),
		);
		api.#server.listen(0, "127.0.0.1");
		await once(api.#server, "listening");
		const { port } = api.#server.address() as AddressInfo;
		api.#origin = `http://127.0.0.1:${port}`;
		until(() => api.stop());
		return api;
	}

	stop(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}

	/** The environment of a program that should talk to this stand-in. */
	get env(): Record<string, string> {
		return {
			CLOUDFLARE_API_BASE_URL: `${this.#origin}/client/v4`,
			CLOUDFLARE_API_TOKEN: this.token,
			CLOUDFLARE_ACCOUNT_ID: this.account.id,
			// Nothing of who runs the tests: no login, no settings.
			HOME: this.#home,
			XDG_CONFIG_HOME: this.#home,
			TMPDIR: this.temporary,
			WRANGLER_CACHE_DIR: this.#home,
		};
	}

	/** Answers the next `times` such calls with `status`, without doing them. */
	fail(method: string, path: RegExp, status: number, times = 1): void {
		this.#faults.push({ method, path, status, times });
	}

	/** Never answers such a call; resolves when the first one has come. */
	hold(method: string, path: RegExp): Promise<void> {
		return new Promise((arrived) => {
			this.#unanswered.push({ method, path, arrived });
		});
	}

	/** The calls that ask Cloudflare to change something. */
	get changes(): Recorded[] {
		return this.requests.filter(({ method }) => method !== "GET");
	}

	async #answer(
		call: Call,
		authorization: string | undefined,
	): Promise<Answer> {
		if (authorization !== `Bearer ${this.token}`)
			return { status: 403, code: 10000, message: "Authentication error" };
		const fault = this.#faults.find((one) => matches(one, call));
		if (fault) {
			fault.times--;
			this.#faults = this.#faults.filter(({ times }) => times > 0);
			const { status } = fault;
			return { status, code: 10013, message: "An unknown error has occurred." };
		}
		const answer = await answerCall(this.account, call);
		if (answer) return answer;
		this.unknown.push({ method: call.method, path: call.path });
		return { status: 404, code: 7003, message: "Could not route to that" };
	}
}

function matches({ method, path }: Pattern, call: Call): boolean {
	return method === call.method && path.test(call.path);
}

async function readCall(request: IncomingMessage): Promise<Call> {
	const url = new URL(request.url ?? "", "http://localhost");
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	return {
		method: request.method ?? "",
		path: url.pathname.replace("/client/v4", ""),
		page: Number(url.searchParams.get("page") ?? 1),
		names: url.searchParams.getAll("name"),
		body: new Response(Buffer.concat(chunks), {
			headers: { "Content-Type": request.headers["content-type"] ?? "" },
		}),
	};
}

function envelope(answer: Answer): object {
	if ("result" in answer)
		return { success: true, errors: [], messages: [], ...answer };
	const { code, message, meta } = answer;
	const error = { code, message, ...(meta && { meta }) };
	return { success: false, errors: [error], messages: [], result: null };
}
