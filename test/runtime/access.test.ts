import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { crossOrigin } from "../../templates/runtime/cors/feature.ts";
import { type Access, guarded } from "../../templates/runtime/http/access.ts";
import { rateLimiter } from "../../templates/runtime/rate-limit/feature.ts";
import { documentedWorker } from "./documented.ts";
import { Manual } from "./worker/index.ts";

/** Two tokens each, as while they are rotated. */
const secrets = {
	COUNTER_ADMIN_TOKEN: "old-admin, new-admin",
	COUNTER_TOKEN: "old-caller,new-caller",
};

const admins = ["old-admin", "new-admin"];
const callers = ["old-caller", "new-caller"];
const strangers = [undefined, "wrong", "old-admin,new-admin", "old"];

/** Every kind of route, and who is asked for what it does. */
const routes: [kind: keyof Access, method: string, path: string][] = [
	["increment", "POST", "/increment/x"],
	["increment", "GET", "/increment/x"],
	["increment", "POST", "/increments"],
	["increment", "POST", "/increment/x?key=a"],
	["read", "GET", "/badge/x"],
	["read", "HEAD", "/badge/x"],
	["read", "GET", "/badge/x?format=shields"],
	["read", "GET", "/counters"],
	["read", "HEAD", "/counters"],
	["read", "GET", "/counters?read=kv"],
	["read", "GET", "/counters/x"],
	["admin", "GET", "/counters?read=global"],
	["admin", "GET", "/counters?read=exact"],
	["admin", "GET", "/counters/x?read=global"],
	["admin", "GET", "/counters/x?read=exact"],
	["admin", "GET", "/global/counters"],
	["admin", "GET", "/global/writes"],
	["admin", "GET", "/global/shardWrites"],
	["admin", "GET", "/global/shards"],
	["admin", "POST", "/global/import"],
	["admin", "POST", "/global/reset"],
	["admin", "POST", "/global/reset/x"],
	["admin", "GET", "/shard/0/counters"],
	["admin", "POST", "/shard/0/write"],
];

/** A Worker of one namespace at the root, with that access. */
function workerWith(access: Access, values: Record<string, unknown> = secrets) {
	class Guarded extends Manual {
		static override readonly access = access;
		static override readonly methods = ["GET", "POST"] as const;

		/** A reset publishes, once a second: here it matters who gets that far. */
		static override globalStub(env: object) {
			return Object.assign(Manual.globalStub(env), { reset: async () => {} });
		}
	}
	const worker = documentedWorker({ mounts: { "/": Guarded } });
	return async (method: string, path: string, authorization?: string) =>
		worker.fetch(
			new Request(`http://test${path}`, {
				method,
				headers: {
					...(authorization && { Authorization: authorization }),
					...(path === "/global/import" && { "Idempotency-Key": "imported" }),
				},
				...(["/increments", "/global/import"].includes(path) &&
				method === "POST"
					? { body: '{"x":1}' }
					: {}),
			}),
			{ ...env, COUNTER_ADMIN_TOKEN: undefined, ...values },
		);
}

const combinations = (["public", "token"] as const).flatMap((increment) =>
	(["public", "token"] as const).flatMap((read) =>
		(["token", "none"] as const).map((admin) => ({ increment, read, admin })),
	),
);

describe.each(combinations)(
	"with increment: $increment, read: $read, admin: $admin",
	(access) => {
		const ask = workerWith(access);
		const passes = async (
			method: string,
			path: string,
			token: string | undefined,
		) => {
			const answer = await ask(method, path, token && `Bearer ${token}`);
			const { status, headers } = answer;
			const text = await answer.text();
			for (const one of [...admins, ...callers])
				expect(text).not.toContain(one);
			if (status !== 401) return [200, 404].includes(status) || status;
			expect(headers.get("WWW-Authenticate")).toContain("Bearer");
			expect(headers.get("Content-Type")).toBe("application/problem+json");
			expect(headers.get("Cache-Control")).toBe("no-store");
			return false;
		};

		it.each(routes)("who passes %s: %s %s", async (kind, method, path) => {
			const open = access[kind] === "public" || access[kind] === "none";
			for (const token of strangers)
				expect([token, await passes(method, path, token)]).toEqual([
					token,
					open,
				]);
			for (const token of callers)
				expect([token, await passes(method, path, token)]).toEqual([
					token,
					open || kind !== "admin",
				]);
			for (const token of admins)
				expect([token, await passes(method, path, token)]).toEqual([
					token,
					true,
				]);
		});

		it("who passes GET /hit/x, which counts and reads", async () => {
			const open = access.increment === "public" && access.read === "public";
			for (const token of strangers)
				expect(await passes("GET", "/hit/x", token)).toBe(open);
			for (const token of [...callers, ...admins])
				expect(await passes("GET", "/hit/x", token)).toBe(true);
		});

		it("anyone may ask for /-/healthz", async () => {
			expect((await ask("GET", "/-/healthz")).status).toBe(200);
		});
	},
);

describe("a token", () => {
	const all: Access = { increment: "token", read: "token", admin: "token" };
	const ask = workerWith(all);

	it.each(routes)(
		"counts in no URL and no other scheme: %s %s %s",
		async (...[, method, path]) => {
			const sign = path.includes("?") ? "&" : "?";
			for (const name of ["token", "access_token", "authorization"]) {
				const url = `${path}${sign}${name}=old-admin`;
				expect((await ask(method, url)).status).toBe(401);
			}
			for (const header of [
				"old-admin",
				"Token old-admin",
				`Basic ${btoa("old-admin:old-admin")}`,
				"Bearer old-admin x",
			])
				expect((await ask(method, path, header)).status).toBe(401);
		},
	);

	it.each([undefined, "", " , "])(
		"that is missing (%j) keeps its routes closed, and says which it is",
		async (missing) => {
			for (const [secret, closed] of [
				["COUNTER_TOKEN", ["increment", "read"]],
				["COUNTER_ADMIN_TOKEN", ["admin"]],
			] as const) {
				const without = workerWith(all, { ...secrets, [secret]: missing });
				for (const [kind, method, path] of routes) {
					const token = secret === "COUNTER_TOKEN" ? "new-admin" : "new-caller";
					const answer = await without(method, path, `Bearer ${token}`);
					const text = await answer.text();
					if (!closed.some((one) => one === kind)) {
						expect([path, [200, 404].includes(answer.status)]).toEqual([
							path,
							true,
						]);
						continue;
					}
					expect([path, answer.status]).toEqual([path, 503]);
					if (method !== "HEAD")
						expect(text).toContain(`Set the secret ${secret}:`);
				}
			}
		},
	);

	it("that no header can carry is refused, and not shown", async () => {
		const wrong = { ...secrets, COUNTER_TOKEN: "good, p@ss!word" };
		const answer = await workerWith(all, wrong)(
			"POST",
			"/increment/x",
			"Bearer good",
		);
		expect(answer.status).toBe(503);
		const text = await answer.text();
		expect(text).toContain("secret-not-usable");
		expect(text).toContain("COUNTER_TOKEN");
		expect(text).not.toContain("p@ss");
	});

	it.each([
		[1_017, 200],
		[1_018, 503],
	])("of %i characters is answered %i", async (length, status) => {
		const token = "t".repeat(length);
		const call = workerWith(all, { ...secrets, COUNTER_TOKEN: token });
		const answer = await call("POST", "/increment/x", `Bearer ${token}`);
		expect(answer.status).toBe(status);
	});
});

it("what is public costs nothing more", () => {
	const handle = async () => new Response();
	expect(guarded(undefined, handle)).toBe(handle);
});

describe("rateLimit", () => {
	let addresses = 0;
	const address = () => `2001:db8:0:${++addresses}::1`;

	/** Of three requests in a minute, as LIMITED in wrangler.toml. */
	class Limited extends Manual {
		static override readonly kvPrefix: string = "limited";
		static override readonly rateLimit = rateLimiter({
			binding: "LIMITED",
			limit: 3,
			period: 60,
		});
		static override readonly access = {
			increment: "token",
			read: "public",
			admin: "token",
		} as const;
	}
	const worker = documentedWorker({
		mounts: { "/": Limited },
		cors: crossOrigin(["*"]),
	});
	const ask = async (
		from: string | undefined,
		path = "/increment/limited",
		{ method = "POST", token = "new-caller", body = "1", clientIp = "" } = {},
	) =>
		worker.fetch(
			new Request(`http://test${path}`, {
				method,
				...(clientIp && { cf: { clientIp } as CfProperties }),
				headers: {
					Authorization: `Bearer ${token}`,
					...(from && { "CF-Connecting-IP": from }),
				},
				...(method === "POST" && { body }),
			}),
			{ ...env, ...secrets },
		);

	/** The first refusal; two periods let six requests through, if one ends. */
	async function exhaust(from: string | undefined) {
		for (let passed = 0; passed <= 6; passed++) {
			const answer = await ask(from);
			if (answer.status !== 200) return { answer, passed };
		}
		throw new Error("seven requests were let through");
	}

	it("lets through as many as it says, then says when to come again", async () => {
		const { answer, passed } = await exhaust(address());
		expect(passed).toBeGreaterThanOrEqual(3);
		expect(answer.status).toBe(429);
		expect(answer.headers.get("Retry-After")).toBe("60");
		expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
		expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
		expect(await answer.json()).toMatchObject({
			type: "urn:problem-type:counter-gen:rate-limited",
			status: 429,
			detail: expect.stringContaining("3 increments in 60 seconds"),
		});
	});

	it.each([
		["2001:db8:1:7::1", "2001:db8:1:7:a:b:c:d", "2001:db8:1:8::1"],
		["2001:db8::1", "2001:db8:0:0:ffff::", "2001:db8:0:ffff::1"],
		["198.51.100.1", "198.51.100.1", "198.51.100.2"],
		["::ffff:198.51.100.3", "::ffff:198.51.100.3", "::ffff:198.51.100.4"],
	])("takes %s and %s for one client, not %s", async (one, same, other) => {
		const statuses: number[] = [];
		// A period may end in between. Three requests are not too many by themselves.
		for (let n = 0; n < 3 && !statuses.includes(429); n++) {
			await exhaust(one);
			statuses.push((await ask(same)).status);
		}
		expect(statuses).toContain(429);
		expect((await ask(other)).status).toBe(200);
	});

	it.each([
		["198.51.100.7:1024", "198.51.100.7", "198.51.100.8:1024"],
		["[2001:db8:2:7::1]:1024", "2001:db8:2:7::2", "[2001:db8:2:8::1]:1024"],
	])(
		"takes %s, as plain workerd has it, for %s, not %s, whatever the header says",
		async (clientIp, same, other) => {
			const pretend = (clientIp: string) =>
				ask(address(), "/increment/limited", { clientIp });
			const statuses: number[] = [];
			for (let n = 0; n < 3 && !statuses.includes(429); n++) {
				await exhaust(same);
				statuses.push((await pretend(clientIp)).status);
			}
			expect(statuses).toContain(429);
			expect((await pretend(other)).status).toBe(200);
		},
	);

	it("counts nothing that it refuses", async () => {
		const total = async () => {
			const path = "/counters?read=exact";
			const options = { method: "GET", token: "new-admin" };
			const all = await (await ask(undefined, path, options)).json();
			return (all as { limited?: number }).limited ?? 0;
		};
		const before = await total();
		const { passed } = await exhaust(address());
		expect(await total()).toBe(before + passed);
	});

	it("is for each address, and for those without one together", async () => {
		const [one, other] = [address(), address()];
		await exhaust(one);
		expect((await ask(other)).status).toBe(200);
		await exhaust(undefined);
		expect((await ask(address())).status).toBe(200);
	});

	it("is for all increments, and for nothing else", async () => {
		const from = address();
		await exhaust(from);
		const body = '{"limited":1}';
		expect((await ask(from, "/increments", { body })).status).toBe(429);
		expect((await ask(from, "/hit/limited", { method: "GET" })).status).toBe(
			429,
		);
		for (const [path, method] of [
			["/counters", "GET"],
			["/badge/limited", "GET"],
			["/counters?read=global", "GET"],
			["/global/shards", "GET"],
			["/shard/0/write", "POST"],
			["/-/healthz", "GET"],
		] as const) {
			const answer = await ask(from, path, { method, token: "new-admin" });
			expect([path, answer.status]).toEqual([path, 200]);
		}
	});

	it("comes before the token, the name and the body", async () => {
		const from = address();
		const guess = () => ask(from, "/increment/x", { token: "guess" });
		expect((await guess()).status).toBe(401);
		await exhaust(from);
		expect((await guess()).status).toBe(429);
		expect((await ask(from, "/increment/x?by=no")).status).toBe(429);
		expect((await ask(from, "/increments", { body: "{" })).status).toBe(429);
	});
});
