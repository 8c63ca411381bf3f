import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { run } from "../../../cli/program.ts";
import { readAnswer } from "../../support/answers.ts";
import { temporaryDirectory } from "../../support/config.ts";
import { finish } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";
import {
	asOf,
	env,
	NamespaceServer,
	ndjson,
	numbered,
	type Trouble,
} from "../transfer/namespace-server.ts";

const many = numbered(50_000);
const pageRoute = "GET /counters?read=exact&limit=10000";
/** Asked first: a namespace with history answers it. */
const pastRoute = "GET /global/history?read=exact&limit=10000";

function start(
	totals: Iterable<readonly [string, number]>,
	trouble?: Trouble,
): Promise<NamespaceServer> {
	return new NamespaceServer(totals, trouble).start();
}

describe("export", () => {
	test("writes a line for each of 50,000 counters, page by page", async () => {
		const server = await start(many);
		const { status, stdout, stderr } = await runCli(["export", server.url], {
			env,
		});
		expect(stdout).toBe(ndjson(many));
		expect(stderr).toBe(
			`exported 50000 counters, sum 1249975000: exact totals as of ${asOf}\n`,
		);
		expect(status).toBe(0);
		expect(server.seen).toEqual([
			pastRoute,
			pageRoute,
			...[1, 2, 3, 4].map((n) => `${pageRoute}&cursor=${n}0000`),
		]);
	});

	test("asks for no page before the one before it is taken", async () => {
		const server = await start(many);
		let text = "";
		let release = () => {};
		let isStuck = true;
		const stdout = new Writable({
			decodeStrings: false,
			write(chunk, _, done) {
				text += chunk;
				if (isStuck) release = done;
				else done();
			},
		});
		const ended = finish(
			(io) => run(["export", server.url], { ...io, stdout }),
			{
				env,
			},
		);
		while (text === "") await wait(5);
		// Long enough for many pages, were they asked for.
		await wait(100);
		expect(server.seen).toEqual([pastRoute, pageRoute]);
		isStuck = false;
		release();
		expect((await ended).status).toBe(0);
		expect(text).toBe(ndjson(many));
		expect(server.seen).toHaveLength(6);
	});

	test("takes an answer without a cursor as the last page", async () => {
		const server = await start(many, { ignoresLimit: true });
		const { stdout } = await runCli(["export", server.url], { env });
		expect(stdout).toBe(ndjson(many));
		expect(server.seen).toEqual([pastRoute, pageRoute]);
	});

	test("keeps every name and every number", async () => {
		const odd: [string, number][] = [
			["__proto__", Number.MAX_SAFE_INTEGER],
			['a\n"ü\u2028', Number.MIN_SAFE_INTEGER],
			["constructor", 0],
			["x", Number.MAX_SAFE_INTEGER],
		];
		const { stdout, stderr } = await runCli(
			["export", (await start(odd)).url],
			{ env },
		);
		expect(stdout).toBe(ndjson(odd));
		// More than a number could hold.
		expect(stderr).toContain("4 counters, sum 9007199254740991:");
	});

	test.each([
		[[], {}, "kv"],
		[[], env, "exact"],
		[["--read", "global"], env, "global"],
	])("with %j and the environment %j reads %3$s", async (words, env, read) => {
		const server = await start([["a", 1]]);
		const { stderr } = await runCli(["export", server.url, ...words], {
			env: { ...env },
		});
		expect(server.seen.at(-1)).toContain(`/counters?read=${read}&`);
		expect(stderr).toContain(`exported 1 counter, sum 1: `);
	});

	test("asks again for a page that failed, but not for the first", async () => {
		const second = (n: number) => (n === 2 ? 503 : undefined);
		const server = await start(many, { page: second });
		const { stdout } = await runCli(["export", server.url], { env });
		expect(stdout).toBe(ndjson(many));
		expect(server.seen).toHaveLength(7);

		const down = await start(many, { page: () => 503 });
		const { status, stderr } = await runCli(["export", down.url], { env });
		expect(stderr).toContain("[refused-by-server]");
		expect(status).toBe(2);
		expect(down.seen).toHaveLength(2);
	});

	test.each([1, 2, 3])(
		"does not follow cursors that come again after %i",
		async (turn) => {
			const server = await start(many, {
				cursor: (n) => `${((n - 1) % turn) + 1}0000`,
				// Ends the test if the client does not.
				page: (n) => (n > 9 ? 403 : undefined),
			});
			const { status, stderr } = await runCli(["export", server.url], { env });
			expect(stderr).toContain("[not-a-counter-server]");
			expect(status).toBe(2);
			expect(server.seen).toHaveLength(1 + turn + 1);
		},
	);
});

describe("export --out", () => {
	test("writes a new file, and says in JSON what is in it", async () => {
		const cwd = temporaryDirectory();
		const { url } = await start(many);
		const argv = ["export", url, "--out", "all.ndjson", "--json"];
		const { status, stdout, stderr } = await runCli(argv, { cwd, env });
		expect(readAnswer("Exported", stdout)).toEqual({
			ok: true,
			diagnostics: [],
			warnings: [],
			url,
			read: "exact",
			asOf,
			counters: 50_000,
			sum: "1249975000",
			history: false,
			file: "all.ndjson",
		});
		expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
		expect(readdirSync(cwd)).toEqual(["all.ndjson"]);
		expect(readFileSync(join(cwd, "all.ndjson"), "utf8")).toBe(ndjson(many));
	});

	test("overwrites nothing, and asks the server nothing then", async () => {
		const cwd = temporaryDirectory();
		writeFileSync(join(cwd, "mine"), "kept");
		const server = await start(many);
		const argv = ["export", server.url, "--out", "mine"];
		const { status, stderr } = await runCli(argv, { cwd, env });
		expect(stderr).toContain("[file-exists] mine is in the way.");
		expect(status).toBe(2);
		expect(readFileSync(join(cwd, "mine"), "utf8")).toBe("kept");
		expect(server.seen).toEqual([]);
	});

	test("overwrites nothing that came meanwhile", async () => {
		const cwd = temporaryDirectory();
		const { url } = await start(many, {
			onPage: (n) => n === 3 && writeFileSync(join(cwd, "mine"), "kept"),
		});
		const argv = ["export", url, "--out", "mine"];
		const { status, stderr } = await runCli(argv, { cwd, env });
		expect(stderr).toContain("[file-exists]");
		expect(status).toBe(2);
		expect(readdirSync(cwd)).toEqual(["mine"]);
		expect(readFileSync(join(cwd, "mine"), "utf8")).toBe("kept");
	});

	test("leaves nothing where the server fails half way", async () => {
		const cwd = temporaryDirectory();
		const { url } = await start(many, {
			page: (n) => (n === 3 ? 403 : undefined),
		});
		const argv = ["export", url, "--out", "half"];
		const { status, stderr } = await runCli(argv, { cwd, env });
		expect(stderr).toContain("answered 403");
		expect(status).toBe(2);
		expect(readdirSync(cwd)).toEqual([]);
	});

	test("leaves nothing where Ctrl-C ends it, with status 130", async () => {
		const cwd = temporaryDirectory();
		const stop = new AbortController();
		const { url } = await start(many, {
			onPage: (n) => n === 3 && stop.abort(),
		});
		const argv = ["export", url, "--out", "half"];
		const { signal } = stop;
		const { status, stderr } = await runCli(argv, { cwd, env, signal });
		expect(stderr).toContain("[interrupted] interrupted: the export is not");
		expect(status).toBe(130);
		expect(readdirSync(cwd)).toEqual([]);
	});

	test("says why a file cannot be written", async () => {
		const { url } = await start(many);
		const argv = ["export", url, "--out", "no/such/folder"];
		const { status, stderr } = await runCli(argv, { env });
		expect(stderr).toContain(
			"[output-not-writable] no/such/folder cannot be written: no such file or directory.",
		);
		expect(status).toBe(2);
	});
});

test.each([
	[["--json"], "--json answers on stdout, where"],
	[["--out", ""], "--out names no file"],
	[["--read", "all"], "Allowed choices are kv, global, exact"],
])("export refuses %j before any request", async (words, complaint) => {
	const server = await start(many);
	const argv = ["export", server.url, ...words];
	const { status, stdout, stderr } = await runCli(argv, { env });
	expect(stdout + stderr).toContain(complaint);
	expect(status).toBe(2);
	expect(server.seen).toEqual([]);
});
