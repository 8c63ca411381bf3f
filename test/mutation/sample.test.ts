import { expect, test } from "vitest";
import { listMutants } from "./list.ts";
import { identify, idOf } from "./mutant.ts";
import { sample } from "./sample.ts";
import { rangeOf } from "./stryker.ts";

const LIST = Array.from({ length: 1_000 }, (_, n) => n);

test("the same seed draws the same, another one others", () => {
	expect(sample(LIST, 50, 7)).toEqual(sample(LIST, 50, 7));
	expect(sample(LIST, 50, 7)).not.toEqual(sample(LIST, 50, 8));
});

test("a sample has no one twice, and keeps the order", () => {
	const drawn = sample(LIST, 400, 1);
	expect(new Set(drawn).size).toBe(400);
	expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
});

test("a sample of more than there are is all of them", () => {
	expect(sample(LIST, 2_000, 1)).toEqual(LIST);
});

test("every one is drawn about as often", () => {
	const times = Array.from({ length: 10 }, () => 0);
	for (let seed = 1; seed <= 2_000; seed++)
		for (const n of sample([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3, seed))
			times[n] = (times[n] ?? 0) + 1;
	for (const count of times) expect(Math.abs(count - 600)).toBeLessThan(100);
});

test("mutants of the runtime are told apart, in the order of the code", async () => {
	const mutants = await listMutants();
	expect(mutants.length).toBeGreaterThan(1_000);
	expect(new Set(mutants.map(identify)).size).toBe(mutants.length);
	expect(await listMutants()).toEqual(mutants);
	const rooms = mutants.map(({ file }) => file.split("/")[2]);
	expect([...new Set(rooms)]).toEqual([
		"global",
		"history",
		"idempotency",
		"kv",
		"live",
		"object",
		"shard",
		"write-log",
	]);
});

test("a mutant has one name before it was run and after", () => {
	const mutant = {
		file: "templates/runtime/kv/kv.ts",
		line: 3,
		column: 5,
		endLine: 4,
		endColumn: 2,
		mutator: "BlockStatement",
		original: "{ a(); }",
		replacement: "{}",
		within: "put",
	};
	const reported = {
		fileName: "templates/runtime/kv/kv.ts",
		location: { start: { line: 2, column: 4 }, end: { line: 3, column: 1 } },
		mutatorName: "BlockStatement",
		replacement: "{}",
	};
	expect(idOf(reported)).toBe(identify(mutant));
	expect(rangeOf(mutant)).toBe("templates/runtime/kv/kv.ts:3:4-4:1");
});
