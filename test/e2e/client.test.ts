import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { withinOneHour } from "../runtime/one-hour.ts";
import { expectGathered } from "../support/gathered.ts";
import { installed } from "../support/installed.ts";
import { type LossyProxy, startLossyProxy } from "../support/lossy-proxy.ts";
import { attempt } from "../support/machine.ts";
import {
	Cli,
	cli,
	descendants,
	eventually,
	freePort,
	Program,
} from "../support/process.ts";
import { Project, quickConfig, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";
import { shared } from "../support/shared.ts";

const CONFIGURATION = `${quickConfig}
  limited: { rateLimit: { limit: 1, period: 10 } }
  closed: { access: { increment: token } }
  keyless: { idempotencyWindow: 0 }
  seats: { increment: { min: -5, max: 5 }, total: { max: 10 } }
  quota: { total: { max: 2, per: month } }
  now: { live: true, shardWriteToGlobalAfter: 10ms }
  past: { top: 3, history: { hour: 7d, day: 400d }, shardWriteToGlobalAfter: 10ms, globalWriteToKVAfter: 1s }
`;

/** Counts 3,000 in 3 s or more by \`counters\`, waits, and answers the time that it took. */
const COUNT_3000 = `
	const began = Date.now();
	for (let n = 0; n < 3_000; n++) {
		counters.increment("metrics", prefix + (n % 3)).catch(console.log);
		if (n % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 10));
	}
	await counters.flush();
	const tookMs = Date.now() - began;
`;

/** Ways to run TypeScript, by the command line that begins so. */
const RUNTIMES: Readonly<Record<string, () => Promise<string>>> = {
	"Node 24": async () => process.execPath,
	"Node 22": async () =>
		join(await installed({ node: "22.23.3" }), "node_modules/.bin/node"),
	Bun: async () =>
		join(await installed({ bun: "1.4.5" }), "node_modules/.bin/bun"),
	Deno: async () =>
		`${join(await installed({ deno: "2.9.6" }), "node_modules/.bin/deno")} run --quiet --allow-net`,
};

const stage = shared(async (until) => {
	const project = await Project.create({ until });
	await project.write("counters.yaml", CONFIGURATION);
	await project.write("package.json", '{ "type": "module" }');
	const { url, get } = await startServe(project, [], { until });
	return { project, url, get };
});

/** Runs TypeScript that has a client \`counters\` of a Worker; answers what it returns. */
async function run(
	code: string,
	url = stage().url,
	runtime = process.execPath,
): Promise<unknown> {
	const { project } = stage();
	await project.write(
		"run.ts",
		`import { counterClient, CounterProblem, LimitReached } from "./generated/src/client.ts";
		const counters = counterClient(${JSON.stringify(url)});
		const problemOf = (done) => done.then(
			() => "none",
			(error) => error instanceof CounterProblem
				? { code: error.code, status: error.status, detail: error.detail }
				: String(error),
		);
		const result = await (async () => {${code}})();
		console.log(JSON.stringify(result ?? null));
		process.exit();`,
	);
	const ended = await attempt(`${runtime} run.ts`, project.dir);
	expect(ended).toMatchObject({ status: 0, stderr: "" });
	return JSON.parse(ended.stdout);
}

/** Expects that the 3,000 are there, and that it took few requests. */
async function expect3000(
	prefix: string,
	proxy: LossyProxy,
	tookMs: unknown,
): Promise<void> {
	expect(await stage().get("/counters?read=exact")).toMatchObject({
		[`${prefix}0`]: 1_000,
		[`${prefix}1`]: 1_000,
		[`${prefix}2`]: 1_000,
	});
	expectGathered(proxy, Number(tookMs));
	expect(proxy.lost).toBeGreaterThan(proxy.requests / 4);
}

describe("3,000 increments, while a third of the answers is lost,", () => {
	it.each(Object.entries(RUNTIMES))(
		"are exact after a request each 50 ms at the most: %s",
		async (name, runtime) => {
			const proxy = await startLossyProxy(stage().url, onTestFinished);
			const prefix = name.replace(" ", "");
			const code = `const prefix = "${prefix}";${COUNT_3000}return tookMs;`;
			const tookMs = await run(code, proxy.url, await runtime());
			await expect3000(prefix, proxy, tookMs);
		},
	);

	it("are exact after a request each 50 ms at the most: a Worker", async () => {
		const { project, url } = stage();
		const proxy = await startLossyProxy(url, onTestFinished);
		await project.write(
			"worker.ts",
			`import { counterClient } from "./generated/src/client";
			export default {
				async fetch() {
					const counters = counterClient("${proxy.url}");
					const prefix = "worker";${COUNT_3000}
					return Response.json(tookMs);
				},
			};`,
		);
		const port = await freePort();
		await project.write(
			"worker.json",
			'{ "name": "caller", "main": "worker.ts", "compatibility_date": "2026-10-01" }',
		);
		const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
		new Program(
			process.execPath,
			[
				wrangler,
				"dev",
				"--config=worker.json",
				`--port=${port}`,
				// Gives each of several that start at once an inspector's port of its own.
				"--inspector-port=0",
			],
			{ cwd: project.dir, env: { CLOUDFLARE_CF_FETCH_ENABLED: "false" } },
		);
		const answer = await eventually(
			() => fetch(`http://localhost:${port}/`).catch(() => undefined),
			(answered) => answered !== undefined,
		);
		await expect3000("worker", proxy, await answer?.json());
	});
});

/** TypeScript of a page of the docs. */
async function examplesOf(name: string): Promise<string[]> {
	const page = await readFile(join(root, "docs", name), "utf8");
	return [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
}

/** Checks the types of code in a project as strictly as can be. */
async function expectTypes(project: Project, types: string): Promise<void> {
	const compilerOptions = {
		allowImportingTsExtensions: true,
		exactOptionalPropertyTypes: true,
		lib: ["es2022"],
		module: "esnext",
		moduleResolution: "bundler",
		target: "es2022",
		noEmit: true,
		strict: true,
		skipLibCheck: true,
		types: [join(root, "node_modules", types)],
	};
	await project.write(
		"tsconfig.json",
		JSON.stringify({ compilerOptions, include: ["*.ts"] }),
	);
	const tsc = join(root, "node_modules/.bin/tsc");
	const checked = await attempt(`${process.execPath} ${tsc} -p .`, project.dir);
	expect(checked).toEqual({ status: 0, stdout: "", stderr: "" });
}

it("is what docs/client.md says", async () => {
	const examples = await examplesOf("client.md");
	expect(examples).toHaveLength(8);
	const project = await Project.create();
	const live = "  seats: { total: { max: 100 } }\n  votes:\n    live: true\n";
	await project.edit("counters.yaml", "  votes:\n", live);
	const past = "  metrics:\n    history: { day: 30d }\n";
	await project.edit("counters.yaml", "  metrics:\n", past);
	expect((await cli(["generate"], project.dir)).status).toBe(0);
	for (const [n, code] of examples.entries())
		await project.write(`example-${n}.ts`, code);
	await expectTypes(project, "@cloudflare/workers-types");
});

it("counts from a server, as docs/servers.md has it", async () => {
	const [code = ""] = await examplesOf("servers.md");
	const project = await Project.create();
	await project.write("package.json", '{ "type": "module" }');
	await project.write("server.ts", code);
	const { url, get } = await startServe(project);
	await expectTypes(project, "@types/node");
	const proxy = await startLossyProxy(url, onTestFinished);
	const port = await freePort();
	const server = new Program(process.execPath, ["server.ts"], {
		cwd: project.dir,
		env: { COUNTERS_URL: proxy.url, PORT: String(port) },
	});
	const ask = (method: string) =>
		fetch(`http://127.0.0.1:${port}`, { method }).catch(() => undefined);
	await eventually(
		() => ask("GET"),
		(answer) => answer !== undefined,
	);
	const began = performance.now();
	for (let n = 0; n < 100; n++)
		await Promise.all([ask("POST"), ask("GET"), ask("GET")]);
	server.signal("SIGTERM");
	expect(await server.ended).toEqual({ status: 0, stdout: "", stderr: "" });
	expectGathered(proxy, performance.now() - began);
	expect(await get("/counters?read=exact")).toEqual({
		"requests.GET": 201,
		"requests.POST": 100,
	});
});

describe("the client", () => {
	it("counts the others of a batch without one that is refused", async () => {
		const problems = await run(`
			const all = ["one", "not one", "two", "__proto__", "three"];
			return Promise.all([
				...all.map((name) => problemOf(counters.increment("metrics", name, 7))),
				problemOf(counters.increment("metrics", "one", 0)),
				problemOf(counters.increment("metrics", "one", 1.5)),
			]);
		`);
		expect(problems).toEqual([
			"none",
			{
				code: "invalid-counter-name",
				status: 400,
				detail: expect.stringContaining("not one"),
			},
			"none",
			"none",
			"none",
			{ code: "invalid-increment", status: 0, detail: "0 is not allowed" },
			{ code: "invalid-increment", status: 0, detail: "1.5 is not allowed" },
		]);
		const totals = await stage().get("/counters?read=exact");
		expect(totals).toMatchObject({ one: 7, two: 7, three: 7 });
		expect(Object.hasOwn(totals, "__proto__")).toBe(true);
	});

	it("never adds up to more than one increment may be", async () => {
		await run(`
			for (let n = 0; n < 20; n++) counters.increment("votes", "agree");
			counters.increment("votes", "disagree", -1);
			await counters.flush();
		`);
		expect(await stage().get("/votes/counters?read=exact")).toEqual({
			agree: 20,
			disagree: -1,
		});
	});

	it("counts once by a key, and several all or not at all", async () => {
		const problems = await run(`
			await counters.increment("metrics", "keyed", 1, { key: "mine" });
			await counters.increment("metrics", "keyed", 1, { key: "mine" });
			await counters.increments("metrics", { keyed: 2, other: 1 });
			return [
				await problemOf(counters.increment("metrics", "keyed", 2, { key: "mine" })),
				await problemOf(counters.increments("metrics", { keyed: 5, "no name": 1 })),
			];
		`);
		expect(problems).toMatchObject([
			{ code: "idempotency-key-reused", status: 422 },
			{ code: "invalid-counter-name", status: 400 },
		]);
		expect(await stage().get("/counters?read=exact")).toMatchObject({
			keyed: 3,
			other: 1,
		});
	});

	it("reads what was counted when, and the highest", async () => {
		await withinOneHour("UTC");
		const { days, hours, top, published, off } = (await run(`
			await counters.increments("past", { ["__proto__"]: 3, home: 5 });
			const until = async (ask, enough) => {
				for (;;) {
					const answer = await ask();
					if (enough(answer)) return answer;
					await new Promise((resolve) => setTimeout(resolve, 50));
				}
			};
			const counted = ({ points }) => points.at(-1).value > 0;
			const { points: days } = await until(() => counters.history("past", "__proto__", { by: "day", last: 2 }), counted);
			const from = new Date(Date.now() - 3_600_000);
			const { points: hours } = await until(() => counters.history("past", "home", { by: "hour", from }), counted);
			const top = await until(() => counters.top("past", { by: "day", limit: 1 }), ({ top }) => top.length > 0);
			const published = await until(() => counters.top("past").catch(() => ({ top: [] })), ({ top }) => top.length > 0);
			const off = await counters.history("metrics", "x").catch(({ code }) => code);
			return { days, hours, top, published, off };
		`)) as Record<string, unknown>;
		const start = new Date().setUTCHours(0, 0, 0, 0);
		expect(days).toEqual([
			{ start: start - 86_400_000, value: 0, final: expect.any(Boolean) },
			{ start, value: 3, final: false },
		]);
		expect(hours).toMatchObject([{ value: 0 }, { value: 5 }]);
		expect(top).toMatchObject({
			start,
			asOf: expect.any(Number),
			top: [{ counter: "home", value: 5 }],
		});
		expect(published).toMatchObject({
			asOf: expect.any(Number),
			top: [
				{ counter: "home", value: 5 },
				{ counter: "__proto__", value: 3 },
			],
		});
		expect(off).toBe("not-found");
	});

	it("reads, and follows the pages", async () => {
		const [total, none, first, second] = (await run(`
			await counters.increments("now", { a: 1, b: 2, c: 3 });
			let total;
			do total = await counters.total("now", "b"); while (!total.value);
			const first = await counters.totals("now", { limit: 2 });
			return [
				total,
				await counters.total("now", "none"),
				first,
				await counters.totals("now", { cursor: first.cursor, read: undefined }),
			];
		`)) as Record<string, unknown>[];
		expect(total).toEqual({ value: 2, asOf: expect.any(Number) });
		expect(none).toEqual({});
		expect(first?.counters).toEqual({ a: 1, b: 2 });
		expect(second).toMatchObject({ counters: { c: 3 } });
		expect(second?.cursor).toBeUndefined();
	});

	it("waits as Retry-After says", async () => {
		// A period may end between two of them: counts until one is refused.
		const statuses = (await run(`
			const statuses = [];
			const ask = fetch;
			globalThis.fetch = async (...request) => {
				const answer = await ask(...request);
				statuses.push(answer.status);
				return answer;
			};
			while (!statuses.includes(429)) await counters.increment("limited", "a");
			return statuses;
		`)) as number[];
		const [again, refused, ...before] = statuses.toReversed();
		expect([refused, again]).toEqual([429, 200]);
		expect(await stage().get("/limited/counters?read=exact")).toEqual({
			a: before.length + 1,
		});
	});

	it("counts of a batch what a limit has room for, each call by itself", async () => {
		const proxy = await startLossyProxy(stage().url, onTestFinished, 0);
		const counted = (await run(
			`
			const one = (name, by = 1) => counters.increment("seats", name, by).then(
				() => by,
				(error) => error instanceof LimitReached ? [error.code, error.counter, error.remaining] : String(error),
			);
			await one("balcony", 5);
			await one("balcony", 4);
			return Promise.all([
				...Array.from({ length: 12 }, () => one("stalls")),
				one("balcony", 2),
				one("other", 5),
				one("balcony"),
				one("mixed", 5),
				one("mixed", -5),
			]);
		`,
			proxy.url,
		)) as unknown[];
		expect(counted).toEqual([
			...Array.from({ length: 10 }, () => 1),
			["limit-reached", "stalls", expect.any(Number)],
			["limit-reached", "stalls", expect.any(Number)],
			["limit-reached", "balcony", 1],
			5,
			1,
			5,
			-5,
		]);
		expect(proxy.requests).toBeLessThan(30);
		expect(await stage().get("/seats/counters?read=exact")).toEqual({
			balcony: 10,
			mixed: 0,
			other: 5,
			stalls: 10,
		});
	});

	it("does not wait for a month to be over", async () => {
		await withinOneHour("UTC");
		const [first, problem] = (await run(`
			const first = await problemOf(counters.increment("quota", "user", 2));
			return [first, await counters.increment("quota", "user").catch(
				({ code, resetsAt, remaining }) => ({ code, resetsAt, remaining }),
			)];
		`)) as [string, { code: string; resetsAt: number; remaining: number }];
		expect([first, problem.code, problem.remaining]).toEqual([
			"none",
			"quota-reached",
			0,
		]);
		expect(problem.resetsAt).toBeGreaterThan(Date.now());
	});

	it("gives up where a repetition might count twice, or will not help", async () => {
		const proxy = await startLossyProxy(stage().url, onTestFinished, 1);
		expect(
			await run(
				`return [
				await problemOf(counters.increment("keyless", "a")),
				await problemOf(counters.total("metrics", "a")),
			];`,
				proxy.url,
			),
		).toMatchObject([
			{ code: "unreachable", status: 0 },
			{ code: "unreachable", status: 0 },
		]);
		expect(proxy.requests).toBe(2);
		expect(
			await run(`return [
				await problemOf(counters.increment("closed", "a")),
				await problemOf(counters.totals("metrics", { read: "exact" })),
				await problemOf(counters.increment("metrics", "a", 1, { signal: AbortSignal.abort("enough") })),
				await problemOf(counters.total("metrics", "a", { signal: AbortSignal.abort("enough") })),
			];`),
		).toMatchObject([
			{ code: "unauthorized", status: 401 },
			{ code: "unauthorized", status: 401 },
			"enough",
			"enough",
		]);
	});

	it("keeps a bounded number of counters for a Worker that is gone", async () => {
		const port = await freePort();
		expect(
			await run(
				`
				for (let n = 0; n < 10_000; n++) counters.increment("metrics", "n" + n);
				return Promise.race([
					problemOf(counters.increment("metrics", "more")),
					counters.flush(),
				]);
			`,
				`http://127.0.0.1:${port}`,
			),
		).toMatchObject({ code: "queue-full", status: 0 });
	});

	it("counts and follows on once a Worker that was killed is back", async () => {
		const project = await Project.create();
		await project.write("counters.yaml", CONFIGURATION);
		const port = await freePort();
		const start = async () => {
			const serve = new Cli(["serve", "--port", String(port)], {
				cwd: project.dir,
			});
			await serve.reports("counts are kept in");
			return serve;
		};
		const first = await start();
		await stage().project.write(
			"follow.ts",
			`import { counterClient } from "./generated/src/client.ts";
			const counters = counterClient("http://127.0.0.1:${port}");
			const enough = new AbortController();
			const { signal } = enough;
			const { promise: follows, resolve } = Promise.withResolvers();
			counters.live("now", ["a", "b"], (totals) => {
				console.error(JSON.stringify(totals));
				resolve();
				if (totals.a === 200) enough.abort();
			}, { signal }).then(() => console.log("aborted"));
			await follows;
			for (let n = 0; n < 200; n++) {
				counters.increment("now", "a").catch(console.log);
				await new Promise((resolve) => setTimeout(resolve, 20));
			}
			await counters.flush();
			console.log("counted");`,
		);
		const following = new Program(process.execPath, ["follow.ts"], {
			cwd: stage().project.dir,
		});
		await following.reports('{"a":0,"b":0}');
		await eventually(
			async () => following.stderr,
			(text) => /"a":[1-9]/.test(text),
		);
		for (const pid of [first.pid, ...(await descendants(first.pid))])
			process.kill(pid, "SIGKILL");
		await first.ended;
		await start();
		const { status, stdout, stderr } = await following.ended;
		expect([status, stdout.split("\n").toSorted()]).toEqual([
			0,
			["", "aborted", "counted"],
		]);
		const seen = stderr
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line).a);
		expect(seen).toEqual(seen.toSorted((a, b) => a - b));
		expect(seen.at(-1)).toBe(200);
	});

	it("is told why it cannot follow", async () => {
		const names = Array.from({ length: 101 }, (_, n) => `n${n}`);
		expect(
			await run(
				`return problemOf(counters.live("now", ${JSON.stringify(names)}, console.log));`,
			),
		).toMatchObject({ code: "too-many-names", status: 0 });
	});
});
