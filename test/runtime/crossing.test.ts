import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { GlobalStub } from "../../templates/runtime/stubs/global.ts";
import { ShardStub } from "../../templates/runtime/stubs/shard.ts";

const { CROSSING } = env;

/** Totals whose names plain objects have already, in the order of names. */
const TEXT = '{"__proto__":1,"constructor":2,"plain":3}';

/** Calls of every public method, in the order in which they make sense. */
const ofShard: readonly (readonly [method: string, ...args: unknown[]])[] = [
	["increment", "__proto__"],
	["increments", { constructor: 2 }],
	["import", { plain: 3 }, "from-afar"],
	["import", [["__proto__", 0, "day", 0]], "long-ago"],
	["counters"],
	["fetch", "/counters"],
	["write"],
];
const ofGlobal: typeof ofShard = [
	["counters"],
	["totals"],
	["totals", { limit: 2 }],
	["exact"],
	["exact", { limit: 2 }],
	["total", "__proto__"],
	["exactTotal", "constructor"],
	["history", "__proto__", { by: "day", last: 1 }],
	["historyPart", { read: "exact", limit: 1 }],
	["historyTop", { by: "day", limit: 2 }],
	["shards"],
	["shardsJson"],
	["writes"],
	["writesJson"],
	["shardWrites"],
	["fetch", "/counters"],
	["write"],
	["reset", "plain"],
];

it("hands every answer of a stub on to another Worker", async () => {
	const answers = new Map<string, unknown>();
	for (const [method, ...args] of ofShard)
		answers.set(
			`shard.${method}(${JSON.stringify(args)})`,
			await CROSSING.shard(method, ...args),
		);
	for (const [method, ...args] of ofGlobal)
		answers.set(
			`global.${method}(${JSON.stringify(args)})`,
			await CROSSING.global(method, ...args),
		);
	const text = (call: string) => JSON.stringify(answers.get(call));
	expect(text("shard.counters([])")).toBe(TEXT);
	expect(text("global.counters([])")).toBe(TEXT);
	expect(text('global.totals([{"limit":2}])')).toMatch(
		'{"counters":{"__proto__":1,"constructor":2},',
	);
	expect(text("global.exact([])")).toMatch(`{"counters":${TEXT},`);
	expect(text('global.total(["__proto__"])')).toMatch('{"value":1,');
	expect(text('global.exactTotal(["constructor"])')).toMatch('{"value":2,');
	expect(text('global.history(["__proto__",{"by":"day","last":1}])')).toMatch(
		/"points":\[\{"start":\d+,"value":1,"final":false\}\]/,
	);
	expect(text('global.historyPart([{"read":"exact","limit":1}])')).toMatch(
		/^\{"counters":\{"__proto__":\{"value":1,"history":\{"hour":\[\[\d+,1\]\],"day":\[\[\d+,1\]\]\}\}\}/,
	);
	// An import is in no day, unless it says which.
	expect(text('global.historyTop([{"by":"day","limit":2}])')).toMatch(
		'"top":[["constructor",2],["__proto__",1]]',
	);
	expect(text("global.writes([])")).toMatch(`"counters":${TEXT}`);
	expect(answers.get("global.shardsJson([])")).toMatch(
		/^\[(\{("__proto__":0)?\},?)+\]$/,
	);
	expect(answers.get("global.writesJson([])")).toMatch(`"counters":${TEXT}`);
	expect(text("global.shardWrites([])")).toMatch(`"counters":${TEXT}`);
	expect(JSON.stringify(await CROSSING.kvCounters())).toBe(
		'{"__proto__":1,"constructor":2}',
	);
});

it("calls every public method there is", () => {
	const methods = ({ prototype }: { prototype: object }) =>
		Object.getOwnPropertyNames(prototype).filter(
			(name) => name !== "constructor",
		);
	const called = (calls: typeof ofShard) => [
		...new Set(calls.map(([method]) => method)),
	];
	expect(called(ofShard).sort()).toEqual(methods(ShardStub).sort());
	expect(called(ofGlobal).sort()).toEqual(methods(GlobalStub).sort());
});

it("hands a refusal on with its code and status", async () => {
	const refused = async () => {
		await CROSSING.shard("increment", "");
	};
	await expect(refused).rejects.toMatchObject({
		name: "CounterProblem",
		code: "invalid-counter-name",
		status: 400,
		problem: { code: "invalid-counter-name" },
	});
});
