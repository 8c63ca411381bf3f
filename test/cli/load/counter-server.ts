import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Serves on a free loopback port until the test is over. */
export async function serve(
	listener: RequestListener,
): Promise<{ url: string; stop: () => void }> {
	const server = createServer(listener);
	const stop = () => {
		server.close();
		server.closeAllConnections();
	};
	onTestFinished(stop);
	await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, stop };
}

/** Fate of one increment. */
export interface Fate {
	/** Times that it is counted; 1 by default. */
	counted?: number;
	/** A counter of several that is not counted at all. */
	torn?: string;
	/** A status, or no answer at all; 200 by default. */
	answer?: number | "reset" | "hang" | "limit-reached" | "limit-unsettled";
}

export interface Character {
	token?: string;
	mount?: string;
	/** The fate of the nth request that increments, from 1. An honest server needs none. */
	fate?: (n: number) => Fate | undefined;
	/** Called before the nth reading of a total is answered, from 1. */
	onReading?: (n: number) => void;
	/** Set if the global total ever reaches KV. */
	publishes?: boolean;
	/** Amount that a shard holds for ever, from the first increment on. */
	hoard?: number;
	/** Totals that the global object begins with. */
	totals?: Record<string, number>;
}

/**
 * A counter namespace in miniature: two shards, a global total, KV. It has no
 * timers: each reading of a total, once answered, moves one shard's counts on.
 */
export class CounterServer {
	/** Method and path of every request. */
	readonly seen: string[] = [];
	url = "";
	stop: () => void = () => {};
	increments = 0;
	readonly #shards = [new Map<string, number>(), new Map<string, number>()];
	readonly #global: Map<string, number>;
	readonly #kv = new Map<string, number>();
	readonly #character: Character;
	#readings = 0;

	constructor(character: Character) {
		this.#character = character;
		this.#global = new Map(Object.entries(character.totals ?? {}));
	}

	async start(): Promise<this> {
		const { url, stop } = await serve((request, response) =>
			this.#answer(request, response),
		);
		this.url = url + (this.#character.mount ?? "");
		this.stop = stop;
		return this;
	}

	#answer(request: IncomingMessage, response: ServerResponse): void {
		const { token, mount = "" } = this.#character;
		const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
		this.seen.push(`${request.method} ${pathname}`);
		const [area, name = "", last] = pathname
			.slice(mount.length + 1)
			.split("/")
			.map(decodeURIComponent);
		const route = `${request.method} ${area}`;
		const read = searchParams.get("read") ?? "kv";
		const admin = read !== "kv" || area === "global" || area === "shard";

		if (admin && request.headers.authorization !== `Bearer ${token}`) {
			// Echoes what it was sent: that must not reach the terminal.
			const detail = `not the token: ${request.headers.authorization}`;
			problem(response, 401, detail);
		} else if (name.includes(" ")) {
			problem(response, 400, "no spaces, please");
		} else if (route === "POST increment") {
			const by = Number(searchParams.get("by"));
			this.#increment(response, new Map([[name, by]]));
		} else if (route === "POST increments") {
			let body = "";
			request.on("data", (chunk) => {
				body += chunk;
			});
			request.on("end", () => {
				const entries = Object.entries<number>(JSON.parse(body));
				this.#increment(response, new Map(entries));
			});
		} else if (route === "GET counters" && name === "") {
			json(response, 200, Object.fromEntries(this.#kv));
		} else if (route === "GET counters") {
			this.#readings++;
			this.#character.onReading?.(this.#readings);
			const value = (read === "kv" ? this.#kv : this.#global).get(name);
			if (value === undefined) problem(response, 404, "never counted");
			else json(response, 200, { counter: name, value, asOf: 0, read });
			this.#flush(this.#readings % 2);
		} else if (route === "GET global" && name === "shards") {
			json(response, 200, this.#shards.map(Object.fromEntries));
		} else if (route === "POST shard" && last === "write") {
			this.#flush(Number(name));
			json(response, 200, {});
		} else problem(response, 404, "no such route");
	}

	#increment(response: ServerResponse, entries: Map<string, number>): void {
		const n = ++this.increments;
		const { fate, hoard = 0 } = this.#character;
		const { counted = 1, torn, answer = 200 } = fate?.(n) ?? {};
		const shard = this.#shards[n % 2];
		for (const [name, by] of entries)
			if (name !== torn)
				shard?.set(
					name,
					(shard.get(name) ?? 0) + by * counted + (n === 1 ? hoard : 0),
				);
		if (answer === "reset") response.destroy();
		else if (answer === 200)
			json(response, 200, { counters: Object.fromEntries(entries) });
		else if (typeof answer === "string" && answer !== "hang")
			json(response, answer === "limit-reached" ? 409 : 503, {
				type: `urn:problem-type:counter-gen:${answer}`,
				detail: "no room",
			});
		else if (answer !== "hang") problem(response, answer, "not this time");
	}

	#flush(n: number): void {
		const { hoard = 0, publishes = true } = this.#character;
		for (const [name, held] of this.#shards[n] ?? []) {
			const kept = n === 1 ? hoard : 0;
			this.#global.set(name, (this.#global.get(name) ?? 0) + held - kept);
			if (kept) this.#shards[n]?.set(name, kept);
			else this.#shards[n]?.delete(name);
		}
		if (publishes)
			for (const [name, total] of this.#global) this.#kv.set(name, total);
	}
}

export function json(
	response: ServerResponse,
	status: number,
	body: unknown,
): void {
	response.writeHead(status, { "content-type": "application/json" });
	response.end(JSON.stringify(body));
}

function problem(
	response: ServerResponse,
	status: number,
	detail: string,
): void {
	json(response, status, { type: "about:blank", title: "No", status, detail });
}
