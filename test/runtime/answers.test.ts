import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { asAdmin, call, json, post } from "./support.ts";
import worker from "./worker/index.ts";

/** A request as it comes, answered with some bindings exchanged. */
function ask(
	path: string,
	method: string,
	bindings: Partial<Record<keyof Cloudflare.Env, unknown>>,
): Promise<Response> {
	const request = new Request(`http://test${path}`, { method });
	return Promise.resolve(worker.fetch(request, { ...env, ...bindings }));
}

/** Objects that all fail in the same way. */
function failing(error: Error) {
	const increment = () => Promise.reject(error);
	return { getByName: () => ({ increment }) };
}

const kinds: [what: string, ask: () => Promise<Response>, status: number][] = [
	["an increment", () => post("/increment/a"), 200],
	["increments", () => post("/increments", { a: 1 }), 200],
	["a GET that counts", () => call("/increment/a"), 200],
	["totals", () => call("/counters"), 200],
	["exact totals", () => asAdmin("/counters?read=exact"), 200],
	["one total", () => asAdmin("/counters/a?read=exact"), 200],
	["a counter never counted", () => call("/counters/none"), 404],
	["the global's totals", () => asAdmin("/global/counters"), 200],
	["the write log", () => asAdmin("/global/writes"), 200],
	["the write log by shard", () => asAdmin("/global/shardWrites"), 200],
	["what shards hold", () => asAdmin("/global/shards"), 200],
	["what a shard holds", () => asAdmin("/shard/0/counters"), 200],
	["a flush", () => asAdmin("/shard/0/write", "POST"), 200],
	["a reset", () => asAdmin("/global/reset/a", "POST"), 200],
	["health", () => call("/-/healthz"), 200],
	["a bad name", () => post("/increment/a%20b"), 400],
	["bad JSON", () => call("/increments", { method: "POST", body: "{" }), 400],
	["no token", () => call("/global/counters"), 401],
	["a wrong token", () => asAdmin("/global/counters", "GET", "x"), 401],
	["a shard that is none", () => asAdmin("/shard/9/counters"), 404],
	["an unknown path", () => call("/nowhere"), 404],
	["a method not allowed", () => call("/counters", { method: "PUT" }), 405],
	[
		"a HEAD that would count",
		() => call("/increment/a", { method: "HEAD" }),
		405,
	],
	[
		"a secret that is missing",
		() => ask("/global/counters", "GET", { COUNTER_ADMIN_TOKEN: undefined }),
		503,
	],
	["a bug", () => ask("/increment/a", "POST", { METRICS_DO: undefined }), 500],
];

describe("the answer to", () => {
	it.each(kinds)(
		"%s is a line of JSON that is not kept, run or framed",
		async (...kind) => {
			vi.spyOn(console, "error").mockImplementation(() => {});
			const [what, ask, status] = kind;
			const answer = await ask();
			expect(answer.status).toBe(status);
			expect(Object.fromEntries(answer.headers)).toMatchObject({
				"content-type":
					status === 200 ? "application/json" : "application/problem+json",
				"cache-control": "no-store",
				"content-security-policy": "default-src 'none'; frame-ancestors 'none'",
				"x-content-type-options": "nosniff",
			});
			const isHead = what.startsWith("a HEAD");
			expect(await answer.text()).toMatch(isHead ? /^$/ : /^[[{].*[\]}]\n$/);
		},
	);

	it.each(kinds.filter(([, , status]) => status >= 400))(
		"%s is a problem as RFC 9457 has it",
		async (...kind) => {
			const [what, ask, status] = kind;
			if (what.startsWith("a HEAD")) return;
			expect(await json(ask())).toMatchObject({
				type: expect.stringMatching(/^urn:problem-type:counter-gen:[a-z-]+$/),
				title: expect.stringMatching(/^[A-Z].+[^.]$/),
				status,
				detail: expect.stringMatching(/^.+[^.]$/),
			});
		},
	);
});

describe("an error that nobody expected", () => {
	it("shows an id that stands in the log, and nothing else", async () => {
		const log = vi.spyOn(console, "error").mockImplementation(() => {});
		const answer = await ask("/increment/a", "POST", { METRICS_DO: undefined });
		expect(answer.status).toBe(500);
		const text = await answer.text();
		expect(text).not.toMatch(/METRICS_DO|bound|\.ts|at \w/);
		const { instance } = JSON.parse(text);
		expect(instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
		expect(log).toHaveBeenCalledOnce();
		expect(JSON.parse(log.mock.calls[0]?.[0])).toMatchObject({
			level: "error",
			event: "request-failed",
			instance,
			error: "Error: env.METRICS_DO is not bound: check wrangler.toml",
			stack: expect.stringContaining("at "),
		});
	});
});

// Only Cloudflare's own servers overload or move an object.
describe("an object that the platform cannot reach", () => {
	it.each(["overloaded", "retryable", "durableObjectReset"])(
		"is a 503 to try again later if its error is marked %s",
		async (mark) => {
			const error = Object.assign(new Error("internal"), { [mark]: true });
			const answer = await ask("/increment/a", "POST", {
				METRICS_DO: failing(error),
			});
			expect(answer.status).toBe(503);
			expect(answer.headers.get("Retry-After")).toBe("5");
			expect(await answer.json()).toMatchObject({
				type: "urn:problem-type:counter-gen:object-unavailable",
			});
		},
	);

	it("is a 500 if it is not marked", async () => {
		vi.spyOn(console, "error").mockImplementation(() => {});
		const answer = await ask("/increment/a", "POST", {
			METRICS_DO: failing(new Error("internal")),
		});
		expect(answer.status).toBe(500);
	});
});

describe("a page of another origin", () => {
	const from = (origin: string, path: string, init: RequestInit = {}) =>
		call(path, { ...init, headers: { Origin: origin, ...init.headers } });
	const friend = "https://example.com";

	it("may ask first, and learns what it may send", async () => {
		const answer = await from(friend, "/increment/a", {
			method: "OPTIONS",
			headers: {
				"Access-Control-Request-Method": "POST",
				"Access-Control-Request-Headers": "idempotency-key",
			},
		});
		expect(answer.status).toBe(204);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			"access-control-allow-origin": friend,
			"access-control-allow-methods": "GET,HEAD,POST",
			"access-control-allow-headers":
				"Authorization,Content-Type,Idempotency-Key",
			"access-control-max-age": "7200",
			vary: expect.stringContaining("Origin"),
		});
		expect(answer.headers.has("access-control-allow-credentials")).toBe(false);
	});

	it("reads answers and refusals, and their headers", async () => {
		for (const path of ["/counters", "/counters?read=global", "/nowhere"]) {
			const { headers } = await from(friend, path);
			expect(headers.get("Access-Control-Allow-Origin")).toBe(friend);
			expect(headers.get("Access-Control-Expose-Headers")).toContain(
				"Retry-After",
			);
			expect(headers.get("Vary")).toContain("Origin");
		}
	});

	it.each(["https://a.example.org", "https://xn--mller-kva.example.org"])(
		"may call if it is %s, which a star stands for",
		async (origin) => {
			for (const method of ["GET", "OPTIONS"]) {
				const { headers } = await from(origin, "/counters", { method });
				expect(headers.get("Access-Control-Allow-Origin")).toBe(origin);
				expect(headers.get("Vary")).toContain("Origin");
			}
		},
	);

	it.each([
		"https://evil.example",
		"https://example.org",
		"https://.example.org",
		"https://a.b.example.org",
		"https://*.example.org",
		"https://a.example.org:8080",
		"https://a.example.org.evil.example",
		"https://evil.example/.example.org",
		"https://evil.example:1.example.org",
		"http://a.example.org",
		"https://A.example.org",
		"https://aexample.org",
		"https://www.example.com",
		"null",
	])("is told nothing if it is %s, which is not listed", async (origin) => {
		for (const method of ["GET", "OPTIONS"]) {
			const { headers } = await from(origin, "/counters", { method });
			expect(headers.has("Access-Control-Allow-Origin")).toBe(false);
		}
	});
});
