import type { IncomingMessage, ServerResponse } from "node:http";
import { json, serve } from "../load/counter-server.ts";

export const token = "s3cret-token";
export const env = { COUNTER_ADMIN_TOKEN: token };

/** Faults of the server; an honest one has none. */
export interface Trouble {
	/** Pages do not say when they are from, as of KV written by hand. */
	undated?: boolean;
	/** Answers everything in one page, whatever the `limit`. */
	ignoresLimit?: boolean;
	/** Called before a page is answered, with its number from 1. */
	onPage?: (n: number, totals: Map<string, number>) => void;
	/** Status for the nth page, in place of it. */
	page?: (n: number) => number | undefined;
	/**
	 * Fate of the nth import: its status, or its answer is lost; or it is
	 * answered as a repetition, and not counted.
	 */
	import?: (n: number) => number | "lost" | "hang" | "repeated" | undefined;
	/** Amount that the named counter rises too much. */
	excess?: Record<string, number>;
	/** Members of a refusal that `/global/shards` gets. */
	shards?: object;
	/** Values of the current hour and day, of every counter. */
	past?: { hour?: number; day?: number };
	/** The room that bounds leave of each counter. */
	left?: { remaining: number | null; per: string | null };
	/** Does not publish its highest counters. */
	topless?: boolean;
	/** Members of the newest write event. */
	write?: object;
	/** The cursor of the nth page, if another follows it. */
	cursor?: (n: number) => string;
}

/** A namespace as far as export, import and status see it: without shards. */
export class NamespaceServer {
	readonly totals: Map<string, number>;
	/** Method, path and query of every request. */
	readonly seen: string[] = [];
	/** Bodies of imports. */
	readonly imports: { key: string; moves: Record<string, number> }[] = [];
	readonly #keys = new Map<string, string>();
	readonly #trouble: Trouble;
	#pages = 0;
	url = "";

	constructor(
		totals: Iterable<readonly [string, number]> = [],
		trouble: Trouble = {},
	) {
		this.totals = new Map(totals);
		this.#trouble = trouble;
	}

	async start(): Promise<this> {
		const { url } = await serve(async (request, response) => {
			let body = "";
			for await (const chunk of request) body += chunk;
			this.#answer(request, body, response);
		});
		this.url = url;
		return this;
	}

	#answer(request: IncomingMessage, body: string, response: ServerResponse) {
		const { pathname, searchParams } = new URL(request.url ?? "", "http://x");
		this.seen.push(`${request.method} ${request.url}`);
		const read = searchParams.get("read") ?? "kv";
		const isAdmin = request.headers.authorization === `Bearer ${token}`;
		const route = `${request.method} ${pathname}`;
		if (!isAdmin && (read !== "kv" || pathname.startsWith("/global")))
			problem(response, 401, "not the token");
		else if (route === "GET /counters") this.#page(searchParams, response);
		else if (route === "POST /global/import")
			this.#import(request, body, response);
		else if (route === "GET /global/shards")
			this.#trouble.shards
				? json(response, 503, { title: "No", ...this.#trouble.shards })
				: json(response, 200, [{ a: 2 }, {}]);
		else if (route === "GET /global/writes")
			json(response, 200, [{ ...writes[0], ...this.#trouble.write }]);
		else if (pathname.startsWith("/history/") && this.#trouble.past)
			this.#history(searchParams, response);
		else if (pathname.startsWith("/limits/") && this.#trouble.left)
			json(response, 200, this.#trouble.left);
		else if (route === "GET /top" && !this.#trouble.topless)
			this.#top(searchParams, response);
		else
			json(response, 404, {
				type: "urn:problem-type:counter-gen:not-found",
				title: "There is no such route",
				status: 404,
			});
	}

	#history(query: URLSearchParams, response: ServerResponse): void {
		const by = query.get("by") as "hour" | "day";
		const value = this.#trouble.past?.[by];
		if (value === undefined) problem(response, 400, `keeps no ${by}`);
		else
			json(response, 200, {
				counter: "any",
				by,
				timeZone: "UTC",
				asOf,
				points: [{ start: asOf, value, final: false }],
			});
	}

	#top(query: URLSearchParams, response: ServerResponse): void {
		const limit = Number(query.get("limit") ?? 5);
		if (limit > 5) problem(response, 400, "`limit` is from 1 to 5");
		else
			json(response, 200, {
				top: [...this.totals]
					.toSorted(([, a], [, b]) => b - a)
					.slice(0, limit)
					.map(([counter, value]) => ({ counter, value })),
				...(!this.#trouble.undated && { asOf }),
				read: "kv",
			});
	}

	#page(query: URLSearchParams, response: ServerResponse): void {
		const n = ++this.#pages;
		this.#trouble.onPage?.(n, this.totals);
		const status = this.#trouble.page?.(n);
		if (status !== undefined) {
			problem(response, status, "no page");
			return;
		}
		const names = [...this.totals.keys()].toSorted((a, b) => (a < b ? -1 : 1));
		const limit = this.#trouble.ignoresLimit
			? Number.POSITIVE_INFINITY
			: Number(query.get("limit"));
		const from = Number(query.get("cursor") ?? 0);
		const page = names.slice(from, from + limit);
		if (!this.#trouble.undated) response.setHeader("Counter-As-Of", asOf);
		if (from + page.length < names.length)
			response.setHeader(
				"Counter-Cursor",
				this.#trouble.cursor?.(n) ?? String(from + limit),
			);
		json(
			response,
			200,
			Object.fromEntries(page.map((name) => [name, this.totals.get(name)])),
		);
	}

	#import(
		{ headers }: IncomingMessage,
		body: string,
		response: ServerResponse,
	): void {
		const key = String(headers["idempotency-key"]);
		const moves: Record<string, number> = JSON.parse(body);
		this.imports.push({ key, moves });
		const fate = this.#trouble.import?.(this.imports.length);
		const known = this.#keys.get(key);
		if (fate === "hang") return;
		if (typeof fate === "number") problem(response, fate, "not this time");
		else if (known !== undefined && known !== body)
			problem(response, 422, "another request had this key");
		else {
			if (known === undefined && fate !== "repeated")
				this.#count(key, body, moves);
			else response.setHeader("Idempotent-Replayed", "true");
			if (fate === "lost") response.destroy();
			else json(response, 200, { counters: moves, shard: 0 });
		}
	}

	#count(key: string, body: string, moves: Record<string, number>): void {
		this.#keys.set(key, body);
		for (const [name, by] of Object.entries(moves)) {
			const excess = this.#trouble.excess?.[name] ?? 0;
			this.totals.set(name, (this.totals.get(name) ?? 0) + by + excess);
		}
	}
}

/** Moment of every read. */
export const asOf = "2026-11-22T20:00:00.000Z";

const writes = [
	{
		cmd: "writeToGlobal",
		event: "afterNoRequest",
		shardName: "shard1",
		counters: { a: 1 },
		timestamp: Date.parse(asOf) - 4_000,
	},
];

function problem(
	response: ServerResponse,
	status: number,
	detail: string,
): void {
	json(response, status, { type: "about:blank", title: "No", status, detail });
}

/** Counters `n00000` and so on, each with its number as value. */
export function numbered(count: number): [string, number][] {
	return Array.from({ length: count }, (_, n) => [
		`n${String(n).padStart(5, "0")}`,
		n,
	]);
}

/** Lines as export writes them. */
export function ndjson(entries: Iterable<readonly [string, number]>): string {
	return [...entries]
		.map(([counter, value]) => `${JSON.stringify({ counter, value })}\n`)
		.join("");
}
