import { env } from "cloudflare:workers";
import { getPattern } from "isbot";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { documentedWorker } from "./documented.ts";
import { asAdmin, call, json, post } from "./support.ts";
import worker, { Metrics } from "./worker/index.ts";

type Counters = Record<string, number>;

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";

const exact = () => json<Counters>(asAdmin("/manual/counters?read=exact"));

/** A POST with the admin token whose body is just these bytes. */
function send(path: string, body: BodyInit): Promise<Response> {
	return call(path, {
		method: "POST",
		body,
		headers: { Authorization: "Bearer first-token", "Idempotency-Key": path },
	});
}

/** A body that comes in pieces, its length untold. */
function pieces(text: string, size: number): ReadableStream<Uint8Array> {
	const bytes = new TextEncoder().encode(text);
	let at = 0;
	return new ReadableStream({
		pull(controller) {
			controller.enqueue(bytes.slice(at, at + size));
			at += size;
			if (at >= bytes.length) controller.close();
		},
	});
}

const problem = (code: string) => ({
	type: `urn:problem-type:counter-gen:${code}`,
});

const MEBIBYTE = 1024 * 1024;

describe("a body", () => {
	it("has room for 10,000 names of 256 characters", async () => {
		const names = Array.from({ length: 10_000 }, (_, n) =>
			String(n).padEnd(256, "x"),
		);
		const counters = Object.fromEntries(names.map((name) => [name, 1]));
		const answer = await post("/big/increments", counters);
		expect(answer.status).toBe(200);
	});

	it.each(["/manual/increments", "/manual/increment/large", "/global/import"])(
		"of more than 4 MiB is refused at %s",
		async (path) => {
			const answer = await send(path, " ".repeat(4 * MEBIBYTE + 1));
			expect(answer.status).toBe(413);
			expect(await answer.json()).toMatchObject(problem("body-too-large"));
		},
	);

	it.each(["/manual/increments", "/manual/increment/large", "/global/import"])(
		"of more than 4 MiB is refused at %s, too, where its length is untold",
		async (path) => {
			const body = pieces(" ".repeat(5 * MEBIBYTE), 100_000);
			const answer = await send(path, body);
			expect(answer.status).toBe(413);
			expect(await answer.json()).toMatchObject(problem("body-too-large"));
		},
	);

	it("counts when it comes in pieces", async () => {
		const answer = await send(
			"/manual/increments",
			pieces('{"piecemeal":2}', 4),
		);
		expect(answer.status).toBe(200);
		expect(await exact()).toMatchObject({ piecemeal: 2 });
	});

	it("is refused if it is not UTF-8", async () => {
		const quote = 0x22;
		const bytes = [0x7b, quote, 0x61, 0xff, quote, 0x3a, 0x31, 0x7d];
		const answer = await send("/manual/increments", new Uint8Array(bytes));
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject({
			...problem("invalid-body"),
			detail: "The body is not UTF-8",
		});
	});

	it.each([
		'{"twice":1,"twice":1}',
		'{"twice":1,"\\u0074wice":2}',
		'{"a\\\\":1,"twice":1,"b\\"":1,"twice":1}',
		'{"__proto__":1,"__proto__":1}',
	])("that names a counter twice is refused: %s", async (body) => {
		const answer = await send("/manual/increments", body);
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject(problem("invalid-entries"));
		expect(await exact()).not.toHaveProperty("twice");
	});

	it.each([
		["[]", "invalid-body"],
		["[[],[]]", "invalid-body"],
		['{"a":1,"b":{"c":1}}', "invalid-body"],
		['{"a":[1]}', "invalid-body"],
		['{"a":1', "invalid-body"],
		['{"a', "invalid-body"],
		['{"a\\"', "invalid-body"],
		['{"a":"b"}', "invalid-entries"],
	])("that is no flat object is refused: %s", async (body, code) => {
		const answer = await send("/manual/increments", body);
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject(problem(code));
	});

	const names = Array.from({ length: 10_001 }, (_, n) => `"n${n}"`);
	it.each([
		["of too many names", `{${names.map((name) => `${name}:1`)}}`, "entries"],
		["that is nested", `{"a":${"[".repeat(99)}1${"]".repeat(99)}}`, "body"],
		["in a list", `${"[".repeat(99)}{"a":1}${"]".repeat(99)}`, "body"],
		["after a list", `[${names},{"a":1}]`, "body"],
	])("%s is refused before it is parsed", async (_, body, code) => {
		const parse = vi.spyOn(JSON, "parse");
		onTestFinished(() => parse.mockRestore());
		const answer = await worker.fetch(
			new Request("http://test/manual/increments", { method: "POST", body }),
			env,
		);
		expect(answer.status).toBe(400);
		expect(parse).not.toHaveBeenCalled();
		expect(await answer.json()).toMatchObject(problem(`invalid-${code}`));
	});

	it("may have white space around it", async () => {
		const body = '\r\n\t {"spaced": 1}\n';
		const answer = await call("/manual/increments", { method: "POST", body });
		expect(answer.status).toBe(200);
	});

	it("may have brackets in its names", async () => {
		const counters = { "[a]": 1, "{b}": 1 };
		expect((await post("/manual/increments", counters)).status).toBe(200);
	});

	it("may have names with quotes and backslashes", async () => {
		const counters = { 'say "hi"': 1, "back\\": 1, '\\"': 1, __proto__: 1 };
		const answer = await post("/manual/increments", counters);
		expect(answer.status).toBe(200);
		expect(await exact()).toMatchObject(counters);
	});

	it("that breaks off is no error of the Worker", async () => {
		const log = vi.spyOn(console, "error").mockImplementation(() => {});
		for (const length of ["9", undefined]) {
			const body = new ReadableStream({
				pull: (controller) => controller.error(new Error("gone")),
			});
			const request = new Request("http://test/increment/broken", {
				method: "POST",
				body,
				...(length && { headers: { "Content-Length": length } }),
			});
			const answer = await worker.fetch(request, env);
			expect(answer.status).toBe(400);
			expect(await answer.json()).toMatchObject(problem("invalid-body"));
		}
		expect(log).not.toHaveBeenCalled();
	});

	it("has no part where `by` is there twice", async () => {
		const answer = await post("/manual/increment/twice?by=1&by=2");
		expect(answer.status).toBe(400);
		expect(await exact()).not.toHaveProperty("twice");
	});

	it("and `by` together are refused", async () => {
		const answer = await send("/manual/increment/both?by=2", "3");
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject(problem("invalid-increment"));
		const body = pieces("3", 1);
		expect((await send("/manual/increment/both?by=2", body)).status).toBe(400);
		expect(await exact()).not.toHaveProperty("both");
		expect((await send("/manual/increment/both?by=2", "")).status).toBe(200);
		expect(await exact()).toMatchObject({ both: 2 });
	});
});

describe("an Authorization header", () => {
	it("of more than 1,024 characters is refused unread", async () => {
		const answer = await asAdmin("/global/counters", "GET", "x".repeat(1_018));
		expect(answer.status).toBe(431);
		expect(await answer.json()).toMatchObject(problem("header-too-large"));
		const longest = await asAdmin("/global/counters", "GET", "x".repeat(1_017));
		expect(longest.status).toBe(401);
	});
});

describe("a GET that counts", () => {
	const linked = async () =>
		(await json<Counters>(asAdmin("/counters?read=exact"))).linked;
	const get = (headers: Record<string, string>, method = "GET") =>
		call("/increment/linked", { method, headers });

	it.each([
		{ "Sec-Purpose": "prefetch" },
		{ "Sec-Purpose": "prefetch;prerender" },
		{ Purpose: "prefetch" },
		{ "X-Moz": "prefetch" },
		{ "X-Purpose": "preview" },
	])("does not if it comes ahead of time: %j", async (headers) => {
		const before = await linked();
		const answer = await get(headers);
		expect(answer.status).toBe(403);
		expect(await answer.json()).toMatchObject(problem("prefetch-not-counted"));
		expect(await linked()).toBe(before);
	});

	it("does if a person makes it", async () => {
		const before = (await linked()) ?? 0;
		expect((await get({ "User-Agent": FIREFOX })).status).toBe(200);
		expect((await get({ "Sec-Purpose": "" })).status).toBe(200);
		expect(await linked()).toBe(before + 2);
	});

	it("is a POST that always counts, whoever sends it", async () => {
		const before = (await linked()) ?? 0;
		expect((await get({ Purpose: "prefetch" }, "POST")).status).toBe(200);
		expect(await linked()).toBe(before + 1);
	});

	it("does not reset ahead of time either", async () => {
		const answer = await call("/global/reset/linked", {
			headers: { Authorization: "Bearer first-token", Purpose: "prefetch" },
		});
		expect(answer.status).toBe(403);
	});
});

describe("a GET where bots are ignored", () => {
	class Ignoring extends Metrics {
		static override readonly bots = getPattern();
	}
	const { fetch } = documentedWorker({ mounts: { "/": Ignoring } });
	const seen = async () =>
		(await json<Counters>(asAdmin("/counters?read=exact"))).seen ?? 0;
	const get = async (agent: string | undefined, method = "GET") => {
		const headers = agent === undefined ? {} : { "User-Agent": agent };
		const url = "http://test/increment/seen";
		return fetch(new Request(url, { method, headers }), env);
	};

	it.each([
		"Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
		"Slack-ImgProxy (+https://api.slack.com/robots)",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
		"Mozilla/5.0",
		"curl/8.14.1",
		"camouflage-bot/1.0",
		"",
		" ",
		undefined,
	])("does not count if it comes from %j, and a POST does", async (agent) => {
		const before = await seen();
		const answer = await get(agent);
		expect(answer.status).toBe(403);
		expect(await answer.json()).toMatchObject(problem("bot-not-counted"));
		expect(await seen()).toBe(before);
		expect((await get(agent, "POST")).status).toBe(200);
		expect(await seen()).toBe(before + 1);
	});

	it.each([
		FIREFOX,
		"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
		"YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
		"Mozilla/5.0 (compatible; YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html)",
		"github-camo (876de43e)",
		"Camo Asset Proxy 2.3.0",
		"go-camo/2.4.6",
	])("counts if it comes from %s, which a person looks at", async (agent) => {
		const before = await seen();
		expect((await get(agent)).status).toBe(200);
		expect(await seen()).toBe(before + 1);
	});
});
