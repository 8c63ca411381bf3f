import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { toModel } from "../../../cli/generator/model.ts";
import { render } from "../../../cli/generator/render.ts";
import { readTemplates } from "../../../cli/generator/templates.ts";
import { loadContent } from "../../support/config.ts";

/** The client of a configuration with these namespaces. */
async function clientOf(namespaces: object): Promise<string> {
	const config = await loadContent(JSON.stringify({ version: 1, namespaces }));
	const top = {
		config,
		histories: {},
		changes: [],
		deletions: [],
		dropped: [],
		lost: [],
	};
	const files = render(toModel("counters.yaml", "..", top), readTemplates());
	return files.get("src/client.ts") ?? "";
}

test("the client imports nothing, and exports what its users name", async () => {
	const client = await clientOf({ votes: { live: true, total: { max: 5 } } });
	expect(client).not.toMatch(/\bimport\b|\bfrom "|\brequire\b/);
	const exported = [...client.matchAll(/^export \w+ (\w+)/gm)].map(
		([, name]) => name,
	);
	expect(exported.toSorted()).toEqual([
		"ClientOptions",
		"CountOptions",
		"CounterClient",
		"CounterProblem",
		"HistoryOptions",
		"LimitReached",
		"LiveCounterClient",
		"Names",
		"PageOptions",
		"PastCounterClient",
		"ReadOptions",
		"TopOptions",
		"counterClient",
	]);
});

test("the client has code to follow totals only where a namespace is live", async () => {
	expect(await clientOf({ a: {} })).not.toContain("WebSocket");
	const some = await clientOf({ a: { live: true }, b: {}, c: { live: true } });
	expect(some).toContain('LiveCounterClient<Names, never, "a" | "c">');
});

test("the client has code to read what was counted when only where a namespace has it", async () => {
	expect(await clientOf({ a: {} })).not.toContain("/history/");
	const some = await clientOf({
		a: { history: { day: "30d" } },
		b: {},
		c: { top: 3 },
	});
	expect(some).toContain('PastCounterClient<Names, "a" | "c">');
	const both = await clientOf({ a: { top: 3 }, b: { live: true } });
	expect(both).toContain('LiveCounterClient<Names, "a", "b">');
});

test("the client has code for limits only where a namespace has a total", async () => {
	expect(await clientOf({ a: {} })).not.toContain("LimitReached");
	const some = await clientOf({ a: { total: { min: 0 } }, b: {} });
	expect(some).toContain('"a": new BoundedQueue(api, {');
	expect(some).toContain('"b": new Queue(api, {');
});

test("the client knows namespaces, names, bounds and windows", async () => {
	const client = await clientOf({
		"page-views": { mount: "/" },
		votes: {
			names: ["yes", "no"],
			increment: { min: -1, max: 2 },
			idempotencyWindow: 0,
		},
	});
	for (const part of [
		'"page-views": string;',
		'"votes": "yes" | "no";',
		'"page-views": new Queue(api, { path: "", min: 1, max: 1000000, windowMs: 3600000 }),',
		'"votes": new Queue(api, { path: "/votes", min: -1, max: 2, windowMs: 0 }),',
	])
		expect(client).toContain(part);
});

test("the client with everything weighs less than 4 KiB, minified and gzipped", async () => {
	const { outputFiles } = await build({
		stdin: {
			contents: await clientOf({ a: { live: true, total: { max: 5 } } }),
			loader: "ts",
		},
		bundle: true,
		minify: true,
		write: false,
		format: "esm",
		target: "es2022",
	});
	const bytes = gzipSync(outputFiles[0]?.contents ?? "").length;
	console.log(`client: ${bytes} bytes`);
	expect(bytes).toBeGreaterThan(1_000);
	expect(bytes).toBeLessThan(4_096);
});
