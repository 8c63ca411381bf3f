import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { asAdmin, call, eventually, json, post } from "./support.ts";
import worker, { Manual, Shrunk } from "./worker/index.ts";

type Counters = Record<string, number>;

/** Flushes both shards of the namespace at `mount`. */
async function flush(mount: string): Promise<void> {
	for (const shard of [0, 1])
		expect(
			(await asAdmin(`${mount}/shard/${shard}/write`, "POST")).status,
		).toBe(200);
}

describe("POST /increment/:counter", () => {
	it("counts one and says on which shard", async () => {
		const answer = await post("/manual/increment/one");
		expect(answer.status).toBe(200);
		expect(answer.headers.get("Cache-Control")).toBe("no-store");
		expect(await answer.json()).toEqual({
			counter: "one",
			by: 1,
			shard: expect.toSatisfy((shard) => shard === 0 || shard === 1),
		});
	});

	it("counts by ?by= and by a JSON number in the body", async () => {
		expect(await json(post("/manual/increment/by?by=4"))).toMatchObject({
			by: 4,
		});
		expect(await json(post("/manual/increment/by", 38))).toMatchObject({
			by: 38,
		});
		await flush("/manual");
		expect(
			await json<Counters>(asAdmin("/manual/global/counters")),
		).toMatchObject({ by: 42 });
	});

	it.each([
		["a fraction", "1.5"],
		["an exponent", "1e3"],
		["a word", "many"],
		["nothing", ""],
		["more than a safe integer", "9007199254740993"],
	])("refuses %s as ?by=", async (_, by) => {
		const answer = await post(`/manual/increment/refused?by=${by}`);
		expect(answer.status).toBe(400);
		expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
		expect(await answer.json()).toMatchObject({
			type: "urn:problem-type:counter-gen:invalid-increment",
			status: 400,
		});
	});

	it.each([
		'"1"',
		"null",
		"1.5",
		"-1.5",
		" .5",
		"1e309",
		"1 2",
		"[7]",
		"NaN",
		"-Infinity",
		"undefined",
		'{"by":2}',
		'{ "page": 1, "by" : "2" }',
	])(
		"refuses the body %s, which may be meant to say how many",
		async (body) => {
			for (const type of ["text/plain", "application/json", ""]) {
				const answer = await call("/manual/increment/refused", {
					method: "POST",
					headers: { "Content-Type": type },
					body,
				});
				expect([type, answer.status]).toEqual([type, 400]);
			}
		},
	);

	const form = (fields: Record<string, string>) => {
		const data = new FormData();
		for (const [name, value] of Object.entries(fields)) data.set(name, value);
		return data;
	};
	const FORM = "application/x-www-form-urlencoded";

	it.each<[what: string, by: number, type: string | undefined, BodyInit]>([
		["a ping", 1, "text/ping", "PING"],
		["a ping of another kind", 1, "Text/Ping; charset=utf-8", "7"],
		["a form", 1, undefined, new URLSearchParams({ email: "a@b", n: "7" })],
		["a form with a field `by`", 7, undefined, new URLSearchParams("a=&by=7")],
		["an empty form", 1, FORM, ""],
		["a FormData beacon", 1, undefined, form({ page: "/", n: "7" })],
		["FormData with a field `by`", 7, undefined, form({ by: "7" })],
		["FormData without a field", 1, undefined, new FormData()],
		["FormData without a byte", 1, "multipart/form-data; boundary=x", ""],
		["a beacon of no bytes", 1, "application/octet-stream", new Uint8Array()],
		["a beacon of bytes", 1, "", new Uint8Array([0xff, 0x00, 0x31])],
		["a beacon of text", 1, undefined, "left the page at 12:30"],
		["a beacon of JSON as text", 1, undefined, '{"page":"/","ms":1500}'],
		["a beacon of JSON", 1, "application/json", '[{"page":"/7"}]'],
		["a beacon of JSON without content", 1, "application/json", "{}"],
		["a beacon of a Blob", 1, "image/png", new Blob(["x"])],
		["a text as curl sends it", 1, FORM, "left"],
		["a number as curl sends it", 7, FORM, "7"],
		["a number as text", 7, "text/plain;charset=UTF-8", "7"],
	])("counts %s by %i", async (_, by, type, body) => {
		const headers = type === undefined ? {} : { "Content-Type": type };
		const init = { method: "POST", headers, body };
		const answer = await call("/manual/increment/pinged", init);
		expect([answer.status, await answer.json()]).toMatchObject([200, { by }]);
	});

	it.each<[what: string, type: string | undefined, BodyInit, query?: string]>([
		["no whole number as curl sends it", FORM, "1.5"],
		["JSON as curl sends it", FORM, '{"by":2}'],
		["a form's `by` that is no number", undefined, new URLSearchParams("by=x")],
		["a form with two", undefined, new URLSearchParams("by=1&by=1")],
		["FormData's `by` that is no number", undefined, form({ by: "" })],
		["FormData beside ?by=", undefined, form({ by: "2" }), "?by=2"],
		["what is no FormData", "multipart/form-data", "2"],
		["what is none within its bounds", "multipart/form-data; boundary=x", "2"],
	])("refuses %s", async (_, type, body, query = "") => {
		const headers = type === undefined ? {} : { "Content-Type": type };
		const init = { method: "POST", headers, body };
		const answer = await call(`/manual/increment/pinged${query}`, init);
		expect(answer.status).toBe(400);
	});

	it("keeps to the bounds of `increment`", async () => {
		expect((await post("/votes/increment/yes?by=-1")).status).toBe(200);
		const answer = await post("/votes/increment/yes?by=2");
		expect(answer.status).toBe(400);
		expect(await json<{ detail: string }>(answer)).toMatchObject({
			detail: '"yes" must rise by a whole number from -1 to 1',
		});
	});

	it("keeps to `names`, as a list and as a pattern, and says so", async () => {
		const listed = await post("/votes/increment/maybe");
		expect(listed.status).toBe(400);
		expect(await json<{ detail: string }>(listed)).toMatchObject({
			detail:
				'"maybe" is none of yes, no: `names` of this namespace in counters.yaml says what may be counted',
		});
		const pattern = await post("/increment/a%20b");
		expect(pattern.status).toBe(400);
		expect(await json<{ detail: string }>(pattern)).toMatchObject({
			detail:
				'"a b" does not match /^[A-Za-z0-9_.:-]{1,128}$/u: `names` of this namespace in counters.yaml says what may be counted',
		});
		expect((await post(`/increment/${"x".repeat(129)}`)).status).toBe(400);
		expect((await post(`/manual/increment/${"x".repeat(257)}`)).status).toBe(
			400,
		);
		expect((await post("/increment/%E0%A4")).status).toBe(400);
	});

	it("answers GET only where `methods` says so, and HEAD never", async () => {
		expect((await call("/increment/linked")).status).toBe(200);
		const refused = await call("/votes/increment/yes");
		expect(refused.status).toBe(405);
		expect(refused.headers.get("Allow")).toBe("POST");
		const head = await call("/increment/linked", { method: "HEAD" });
		expect(head.status).toBe(405);
		expect(head.headers.get("Allow")).toBe("GET, POST");
		const put = await call("/increment/linked", { method: "PUT" });
		expect(put.headers.get("Allow")).toBe("GET, POST");
		await flush("");
		expect(await json<Counters>(asAdmin("/global/counters"))).toMatchObject({
			linked: 1,
		});
	});
});

describe("POST /increments", () => {
	it("counts all names on one shard", async () => {
		const answer = await post("/manual/increments", { apples: 2, pears: 3 });
		expect(await answer.json()).toMatchObject({
			counters: { apples: 2, pears: 3 },
		});
		await flush("/manual");
		expect(
			await json<Counters>(asAdmin("/manual/global/counters")),
		).toMatchObject({ apples: 2, pears: 3 });
	});

	it("counts nothing if one entry is refused", async () => {
		const answer = await post("/manual/increments", { good: 1, bad: 0.5 });
		expect(answer.status).toBe(400);
		await flush("/manual");
		expect(
			await json<Counters>(asAdmin("/manual/global/counters")),
		).not.toHaveProperty("good");
	});

	it.each(["[1]", "7", "null", "{", ""])(
		"refuses the body %j",
		async (body) => {
			const answer = await call("/manual/increments", { method: "POST", body });
			expect(answer.status).toBe(400);
		},
	);

	it("raises 1 to 10,000 counters", async () => {
		const names = (count: number) =>
			Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${n}`, 1]));
		expect((await post("/timed/increments", {})).status).toBe(400);
		expect((await post("/timed/increments", names(10_001))).status).toBe(400);
		expect((await post("/timed/increments", names(10_000))).status).toBe(200);
	});

	it("refuses a sum that no total can have, and half characters", async () => {
		const huge = Number.MAX_SAFE_INTEGER;
		expect((await post("/manual/increments", { a: huge, b: 1 })).status).toBe(
			400,
		);
		expect((await post("/manual/increments", { "\ud800": 1 })).status).toBe(
			400,
		);
	});

	it("refuses a query that names a counter twice", async () => {
		expect((await call("/increments?a=1&a=2")).status).toBe(400);
		expect((await call("/increments")).status).toBe(400);
	});

	it("leaves out of a query what others add to links", async () => {
		for (const added of [
			"fbclid=IwAR0abc",
			"fbclid=7",
			"utm_source=2&utm_source=3&UTM_Campaign=1",
			"gad_source=1&_gl=1*x&ref=newsletter",
			"x=abc&x=def",
		])
			expect(await json(call(`/increments?home=1&${added}`))).toMatchObject({
				counters: { home: 1 },
			});
		for (const query of ["utm_source=2", "home=abc", "home=1.5", "home=1&x"])
			expect((await call(`/increments?${query}`)).status).toBe(400);
		const tracked = { utm_source: 2 };
		expect((await post("/increments", tracked)).status).toBe(200);
	});

	it("takes the query with GET", async () => {
		expect(await json(call("/increments?a=1&b=2"))).toMatchObject({
			counters: { a: 1, b: 2 },
		});
	});
});

describe.each([".", ".."])("%s, which clients take out of a URL", (name) => {
	it("is refused at every door", async () => {
		const headers = {
			Authorization: "Bearer first-token",
			"Idempotency-Key": `name ${name}`,
		};
		const body = JSON.stringify({ beside: 1, [name]: 1 });
		const refused = [
			post("/manual/increments", { beside: 1, [name]: 1 }),
			call(`/increments?beside=1&${name}=1`),
			call("/manual/global/import", { method: "POST", headers, body }),
		].map(async (answer) => json<object>(answer));
		const type = "urn:problem-type:counter-gen:invalid-counter-name";
		for (const problem of await Promise.all(refused))
			expect(problem).toMatchObject({ status: 400, type });
		const shard = Manual.shardStub(env);
		await expect(shard.increment(name)).rejects.toThrow("neither . nor ..");
		await expect(shard.import({ [name]: 1 }, "key")).rejects.toThrow();
		await expect(Manual.globalStub(env).reset(name)).rejects.toThrow();
		for (const mount of ["", "/manual"]) {
			const exact = asAdmin(`${mount}/counters?read=exact`);
			expect(Object.keys(await json<Counters>(exact))).not.toContain("beside");
		}
	});
});

describe("GET /counters", () => {
	it("answers what is in KV, with its moment", async () => {
		await post("/manual/increment/published?by=5");
		await flush("/manual");
		const global = await call("/manual/counters?read=global", {
			headers: { Authorization: "Bearer first-token" },
		});
		expect(global.headers.get("Counter-Read")).toBe("global");
		expect(await json<Counters>(global)).toMatchObject({ published: 5 });

		const before = await call("/manual/counters/published");
		expect(before.status).toBe(404);
		await asAdmin("/manual/global/reset/nothing", "POST"); // publishes
		const all = await call("/manual/counters");
		expect(all.headers.get("Counter-Read")).toBe("kv");
		expect(Date.parse(all.headers.get("Counter-As-Of") ?? "")).toBeGreaterThan(
			0,
		);
		expect(await json<Counters>(all)).toMatchObject({ published: 5 });
		expect(await json(call("/manual/counters/published"))).toEqual({
			counter: "published",
			value: 5,
			asOf: all.headers.get("Counter-As-Of"),
			read: "kv",
		});
	});

	it("answers an empty object before the first publication", async () => {
		const answer = await call("/timed/counters");
		expect(await answer.json()).toEqual({});
		expect(answer.headers.has("Counter-As-Of")).toBe(false);
	});

	it("asks for the admin token for other reads than kv", async () => {
		expect((await call("/manual/counters?read=global")).status).toBe(401);
		expect((await call("/manual/counters/x?read=global")).status).toBe(401);
		expect((await asAdmin("/manual/counters/x?read=global")).status).toBe(404);
		expect((await call("/manual/counters?read=guess")).status).toBe(400);
	});
});

describe("a counter that `names` no longer allows", () => {
	it("is read and reset like any other", async () => {
		const shard = env.VOTES_DO.getByName("shard0");
		await shard.increment([["no more", 3]]);
		expect((await post("/votes/increment/no%20more")).status).toBe(400);
		const path = "/votes/counters/no%20more?read=exact";
		expect(await json(asAdmin(path))).toMatchObject({ value: 3 });
		const reset = await asAdmin("/votes/global/reset/no%20more", "POST");
		expect(reset.status).toBe(200);
		expect((await asAdmin(path)).status).toBe(404);
		expect(await json(call("/votes/counters"))).not.toHaveProperty("no more");
	});

	it("has a name that can be one", async () => {
		const long = `/votes/counters/${"x".repeat(257)}`;
		expect((await call(long)).status).toBe(400);
	});
});

describe("/global and /shard", () => {
	it("show what a shard holds, and flush it when told to", async () => {
		await flush("/manual");
		const { shard } = await json<{ shard: number }>(
			post("/manual/increment/held"),
		);
		expect(await json(asAdmin(`/manual/shard/${shard}/counters`))).toEqual({
			held: 1,
		});
		const holdings = [{}, {}] as Counters[];
		holdings[shard] = { held: 1 };
		expect(await json(asAdmin("/manual/global/shards"))).toEqual(holdings);
		expect(await json(asAdmin(`/manual/shard/${shard}/write`, "POST"))).toEqual(
			{
				written: true,
			},
		);
		expect(await json(asAdmin(`/manual/shard/${shard}/write`, "POST"))).toEqual(
			{
				written: false,
			},
		);
		expect(await json(asAdmin("/manual/global/shards"))).toEqual([{}, {}]);
		expect(
			await json<Counters>(asAdmin("/manual/global/counters")),
		).toMatchObject({ held: 1 });
	});

	it("log writes newest first, as many as `writeLog` says", async () => {
		for (let n = 1; n <= 6; n++) {
			await post(`/votes/increment/no?by=${n % 2}`);
			await flush("/votes");
		}
		const writes = await json<{ counters: Counters; timestamp: number }[]>(
			asAdmin("/votes/global/writes"),
		);
		expect(writes).toHaveLength(5);
		const times = writes.map(({ timestamp }) => timestamp);
		expect(times).toEqual(times.toSorted((a, b) => b - a));
		expect(writes.find(({ counters }) => "no" in counters)).toMatchObject({
			cmd: "writeToGlobal",
			event: "requestWrite",
			shardName: expect.stringMatching(/^shard[01]$/),
			counters: { no: 0 },
		});
	});

	it("sum the log up by shard", async () => {
		await flush("/shrunk");
		await post("/shrunk/increments", { x: 1, y: 2 });
		await asAdmin("/shrunk/shard/0/write", "POST");
		await post("/shrunk/increment/x");
		await asAdmin("/shrunk/shard/0/write", "POST");
		expect(await json(asAdmin("/shrunk/global/shardWrites"))).toEqual({
			shardWrites: { shard0: { counters: { x: 2, y: 2 }, writeCount: 2 } },
			totalWrite: 2,
			totalShards: 1,
		});
	});

	it("reset one counter, in the shards and in KV too", async () => {
		await post("/manual/increment/old?by=7");
		await flush("/manual");
		await post("/manual/increment/old?by=2");
		await post("/manual/increment/kept?by=3");
		expect(await json(asAdmin("/manual/global/reset/old", "POST"))).toEqual({
			reset: "old",
		});
		const global = await json<Counters>(asAdmin("/manual/global/counters"));
		expect(global).not.toHaveProperty("old");
		expect(global).toMatchObject({ kept: 3 });
		expect(await json<Counters>(call("/manual/counters"))).toEqual(global);
		await flush("/manual");
		expect((await asAdmin("/manual/counters/old?read=global")).status).toBe(
			404,
		);
	});

	it("reset all", async () => {
		await post("/manual/increment/old");
		expect((await asAdmin("/manual/global/reset", "POST")).status).toBe(200);
		expect(await json(asAdmin("/manual/global/counters"))).toEqual({});
		expect(await json(call("/manual/counters"))).toEqual({});
		expect(await json(asAdmin("/manual/global/shards"))).toEqual([{}, {}]);
	});

	it("know the shards that a smaller shardCount left behind", async () => {
		expect((await asAdmin("/shrunk/shard/2/write", "POST")).status).toBe(200);
		expect((await asAdmin("/shrunk/shard/3/write", "POST")).status).toBe(404);
		expect(await json(asAdmin("/shrunk/global/shards"))).toHaveLength(1);
		await Shrunk.shardStub(env, 2).increment("left");
		expect(await json(asAdmin("/shrunk/global/shards"))).toEqual([
			{},
			{},
			{ left: 1 },
		]);
		for (let n = 0; n < 8; n++)
			expect(await json(post("/shrunk/increment/x"))).toMatchObject({
				shard: 0,
			});
	});

	it("take GET where `methods` says so", async () => {
		expect((await asAdmin("/shard/0/write")).status).toBe(200);
		expect((await asAdmin("/global/reset/x")).status).toBe(200);
		expect((await asAdmin("/votes/shard/0/write")).status).toBe(405);
		expect((await asAdmin("/votes/global/reset")).status).toBe(405);
	});

	it.each([
		["GET", "/global/counters"],
		["GET", "/global/writes"],
		["GET", "/global/shardWrites"],
		["GET", "/global/shards"],
		["POST", "/global/reset"],
		["POST", "/global/reset/x"],
		["GET", "/shard/0/counters"],
		["POST", "/shard/0/write"],
	])("%s %s is for the admin token only", async (method, path) => {
		const nobody = await call(path, { method });
		expect(nobody.status).toBe(401);
		expect(nobody.headers.get("WWW-Authenticate")).toContain("Bearer");
		expect(nobody.headers.get("Content-Type")).toBe("application/problem+json");
		expect((await asAdmin(path, method, "wrong")).status).toBe(401);
		expect((await asAdmin(path, method, "first-token")).status).toBe(200);
		expect((await asAdmin(path, method, "second-token")).status).toBe(200);
	});
});

describe("POST /global/import", () => {
	const bring = (
		mount: string,
		body: unknown,
		headers: Record<string, string> = { "Idempotency-Key": "import" },
	) =>
		call(`${mount}/global/import`, {
			method: "POST",
			headers: { Authorization: "Bearer first-token", ...headers },
			body: JSON.stringify(body),
		});
	const exact = (mount: string) =>
		json<Counters>(asAdmin(`${mount}/counters?read=exact`));
	const huge = Number.MAX_SAFE_INTEGER;

	it("takes any whole number, whatever `increment` says", async () => {
		const counters = { debt: -7, nothing: 0, much: 2 ** 52 };
		expect((await post("/increments", counters)).status).toBe(400);
		const key = { "Idempotency-Key": "any number" };
		const answer = await bring("", counters, key);
		expect(answer.status).toBe(200);
		expect(answer.headers.get("Cache-Control")).toBe("no-store");
		const shard = expect.any(Number);
		expect(await answer.json()).toEqual({ counters, shard });
		expect(await exact("")).toMatchObject(counters);
	});

	it("counts a key once, and says so", async () => {
		const first = await bring("", { brought: 5_000_000 });
		expect(first.headers.get("Idempotent-Replayed")).toBe(null);
		const again = await bring("", { brought: 5_000_000 });
		expect(again.headers.get("Idempotent-Replayed")).toBe("true");
		expect(await exact("")).toMatchObject({ brought: 5_000_000 });
		expect((await bring("", { brought: 6 })).status).toBe(422);
	});

	it("has keys of its own", async () => {
		const headers = { "Idempotency-Key": "squatted" };
		await call("/increment/squatter", { method: "POST", headers });
		expect((await bring("", { owner: 7 }, headers)).status).toBe(200);
		expect(await exact("")).toMatchObject({ owner: 7, squatter: 1 });
	});

	it("counts nothing without a key, or where keys are off", async () => {
		const answer = await bring("/manual", { keyless: 1 }, {});
		expect(answer.status).toBe(400);
		expect(await answer.text()).toContain(":idempotency-key-required");
		expect(await (await bring("/votes", { yes: 1 })).text()).toContain(
			":idempotency-off",
		);
		expect(await exact("/manual")).not.toHaveProperty("keyless");
	});

	it.each([
		[{}],
		[[]],
		[{ "two words": 1 }],
		[{ fraction: 0.5 }],
		[{ a: huge, b: -1 }],
		[{ good: 1, huge: 2 ** 53 }],
	])("refuses %j as a whole", async (body) => {
		const key = { "Idempotency-Key": JSON.stringify(body) };
		expect((await bring("", body, key)).status).toBe(400);
		expect(await exact("")).not.toHaveProperty("good");
	});

	it("is for the admin token, and for POST alone", async () => {
		expect((await post("/global/import", { brought: 1 })).status).toBe(401);
		const got = await asAdmin("/global/import?brought=1");
		expect(got.status).toBe(405);
		expect(got.headers.get("Allow")).toBe("POST");
	});
});

describe("the secret", () => {
	const ask = (secret: string | undefined) =>
		worker.fetch(
			new Request("http://test/global/counters", {
				headers: { Authorization: `Bearer ${secret}` },
			}),
			{ ...env, COUNTER_ADMIN_TOKEN: secret },
		);

	it.each([undefined, "", " , "])(
		"keeps everything closed as %j",
		async (secret) => {
			const answer = await ask(secret);
			expect(answer.status).toBe(503);
			expect(await answer.text()).toContain(
				"Set the secret COUNTER_ADMIN_TOKEN",
			);
		},
	);

	it("is refused if no header can carry it", async () => {
		const answer = await ask("p@ss!word");
		expect(answer.status).toBe(503);
		expect(await answer.text()).toContain("secret-not-usable");
		expect((await ask("pass-word")).status).toBe(200);
	});
});

describe("the Worker", () => {
	it("answers /-/healthz", async () => {
		expect(await json(call("/-/healthz"))).toEqual({ status: "ok" });
	});

	it("answers an unknown path with a problem", async () => {
		const answer = await call("/nowhere");
		expect(answer.status).toBe(404);
		expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
	});

	it("lets the configured origins call, and no other", async () => {
		const from = (origin: string) =>
			call("/counters", { headers: { Origin: origin } });
		const allowed = (answer: Response) =>
			answer.headers.get("Access-Control-Allow-Origin");
		expect(allowed(await from("https://example.com"))).toBe(
			"https://example.com",
		);
		expect(allowed(await from("https://evil.example"))).toBe(null);
	});

	it("keeps namespaces apart", async () => {
		await post("/increment/apart");
		await flush("");
		await eventually(
			() => json<Counters>(asAdmin("/global/counters")),
			(counters) => counters.apart === 1,
		);
		expect(
			await json<Counters>(asAdmin("/timed/global/counters")),
		).not.toHaveProperty("apart");
	});
});
