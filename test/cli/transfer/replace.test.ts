import { expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { bring, start } from "./bring.ts";
import { ndjson, numbered, type Trouble } from "./namespace-server.ts";

const many = numbered(50_000);
const text = ndjson(many);
const argv = ["--mode", "replace"];

/** Imports all of them into a namespace, in five requests. */
async function imported(trouble: Trouble = {}) {
	const server = await start([], trouble);
	expect((await bring(server, text, argv)).status).toBe(0);
	expect(server.imports.splice(0)).toHaveLength(5);
	server.seen.length = 0;
	return server;
}

test("what had been counted before a reset is read again once for all pieces", async () => {
	const server = await imported();
	server.totals.clear();
	const { status } = await bring(server, text, argv);
	expect(status).toBe(0);
	expect(server.totals).toEqual(new Map(many));
	const routes = server.seen.map((seen) => seen.split("?")[0]);
	const pieces = (route: string) => Array.from({ length: 5 }, () => route);
	expect(routes).toEqual([
		// There is nothing: a page without a counter.
		"GET /counters",
		...pieces("POST /global/import"),
		"GET /counters",
		...pieces("POST /global/import"),
		...pieces("GET /counters"),
	]);
});

test("lines are told as counted only where all before them are", async () => {
	let imports = 0;
	const server = await imported({
		// Those of the second run are two that repeat, and then two that count.
		import: () => (++imports === 5 + 4 ? 400 : undefined),
	});
	const pieces = [many.slice(0, 10_000), many.slice(20_000, 30_000)];
	for (const [name] of pieces.flat()) server.totals.delete(name);
	const { status, stderr } = await bring(server, text, argv);
	expect(stderr).toContain("why: lines 1 to 20000 were counted, later ones");
	expect(status).toBe(2);
	expect(server.imports).toHaveLength(4);
});

test("none is told as counted while the first are to be read again", async () => {
	let imports = 0;
	const server = await imported({
		import: () => (++imports === 5 + 2 ? 400 : undefined),
	});
	for (const [name] of many.slice(0, 10_000)) server.totals.delete(name);
	for (const [name] of many.slice(40_000)) server.totals.set(name, 7);
	const { stderr } = await bring(server, text, argv);
	expect(stderr).toContain("why: no line was counted for certain");
});

test("a run that is started again sends the requests of the one that stopped", async () => {
	const stop = new AbortController();
	let imports = 0;
	const server = await imported({
		// The third that is sent anew may still be on its way.
		import: () => {
			if (++imports !== 5 + 5 + 3) return undefined;
			stop.abort();
			return "hang";
		},
	});
	server.totals.clear();
	const { signal } = stop;
	const stopped = await bring(server, text, argv, { signal });
	expect(stopped.stderr).toContain("lines 1 to 20000 were counted");
	expect(stopped.status).toBe(130);
	const before = server.imports.splice(0);
	expect(before).toHaveLength(8);

	const { status } = await bring(server, text, argv);
	expect(status).toBe(0);
	expect(server.totals).toEqual(new Map(many));
	const again = server.imports.map(({ key }) => key);
	expect(again.slice(0, 4)).toEqual([
		...before.slice(2, 5).map(({ key }) => key),
		before[7]?.key,
	]);
	expect(again).toHaveLength(6);
});

test("a namespace that says it had counted all before is given up", async () => {
	const server = await start([], { import: () => "repeated" });
	const one = ndjson([["a", 1]]);
	const { status, stdout } = await bring(server, one, [...argv, "--json"]);
	expect(readAnswer("Imported", stdout)).toMatchObject({
		ok: false,
		requests: 100,
		repeated: 100,
		wrong: 1,
	});
	expect(status).toBe(1);
});
