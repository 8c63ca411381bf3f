import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { run } from "../../../cli/program.ts";
import { readAnswer } from "../../support/answers.ts";
import { finish } from "../../support/finish.ts";
import { runCli } from "../../support/run.ts";
import { asOf, NamespaceServer } from "../transfer/namespace-server.ts";

const totals: [string, number][] = [
	["about", 300],
	["home", 1204],
	["esc\u001b[2J", 1],
	["below", -7],
];

test("shows the highest totals in columns", async () => {
	const { url } = await new NamespaceServer(totals).start();
	const { status, stdout, stderr } = await runCli(["top", url]);
	expect(stdout).toBe(`${url}

highest totals as of ${asOf}
  1  home     1204
  2  about     300
  3  esc\ufffd[2J     1
  4  below      -7
`);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("draws bars in a terminal, as wide as it has room for", async () => {
	const { url } = await new NamespaceServer(totals).start();
	let shown = "";
	const terminal = Object.assign(
		new Writable({
			write(chunk, _, done) {
				shown += chunk;
				done();
			},
		}),
		{ isTTY: true, columns: 42 },
	);
	await finish((io) =>
		run(["top", url, "--no-color"], { ...io, stdout: terminal }),
	);
	expect(shown.split("\n").slice(3)).toEqual([
		"  1  home     1204  █████████████████████",
		"  2  about     300  █████▎",
		"  3  esc\ufffd[2J     1  ▏",
		"  4  below      -7",
		"",
	]);
});

test("answers in JSON, as many as are asked for", async () => {
	const server = await new NamespaceServer(totals).start();
	const argv = ["top", server.url, "--limit", "2", "--json"];
	const { status, stdout } = await runCli(argv);
	expect(readAnswer("Highest", stdout)).toEqual({
		ok: true,
		diagnostics: [],
		warnings: [],
		url: server.url,
		asOf,
		top: [
			{ counter: "home", value: 1204 },
			{ counter: "about", value: 300 },
		],
	});
	expect(status).toBe(0);
	expect(server.seen).toEqual(["GET /top?limit=2"]);
});

test("says that there are none before anything was published", async () => {
	const { url } = await new NamespaceServer([], { undated: true }).start();
	const { status, stdout } = await runCli(["top", url]);
	expect(stdout).toBe(`${url}\n\nhighest totals\n  none yet\n`);
	expect(status).toBe(0);
});

test("says what to write where none are published", async () => {
	const { url } = await new NamespaceServer([], { topless: true }).start();
	const { status, stderr } = await runCli(["top", url]);
	expect(stderr).toContain(
		`[not-kept] ${url} does not publish its highest counters`,
	);
	expect(stderr).toContain("write `top: 10` into this namespace");
	expect(status).toBe(2);
});

test("says what to write where no history is kept", async () => {
	const { url } = await new NamespaceServer([], { topless: true }).start();
	const { status, stderr } = await runCli(["top", url, "--by", "day"]);
	expect(stderr).toContain(`[not-kept] ${url} keeps no history`);
	expect(stderr).toContain(
		"write `history: { day: 400d }` into this namespace",
	);
	expect(status).toBe(2);
});

test("passes on why a server refuses", async () => {
	const { url } = await new NamespaceServer(totals).start();
	const { status, stderr } = await runCli(["top", url, "--limit", "6"]);
	expect(stderr).toContain("answered 400: `limit` is from 1 to 5");
	expect(status).toBe(2);
});

test.each(["0", "1001", "ten", "-1"])(
	"--limit %s is wrong usage",
	async (limit) => {
		const { status, stderr } = await runCli(["top", "--limit", limit]);
		expect(stderr).toContain("It takes a whole number from 1 to 1000.");
		expect(status).toBe(2);
	},
);
