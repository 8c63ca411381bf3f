import { expect, test } from "vitest";
import { HELP, parseOptions } from "./options.ts";

test("400 mutants of seed 1, unless something else is asked for", () => {
	expect(parseOptions([])).toMatchObject({ mutants: 400, seed: 1 });
	const args = ["--mutants", "100", "--seed", "2"];
	expect(parseOptions(args)).toMatchObject({ mutants: 100, seed: 2 });
	expect(parseOptions(["--all"]).mutants).toBeUndefined();
});

test.each([
	[["--mutants", "0"], "--mutants takes a whole number from 1, not 0"],
	[["--mutants", "many"], "--mutants takes a whole number from 1, not many"],
	[["--seed", "1.5"], "--seed takes a whole number from 0, not 1.5"],
	[["--all", "--mutants", "9"], "--all takes neither"],
	[["--all", "--only", "kv"], "--all takes neither"],
	[["--fresh"], "--fresh goes with --all"],
	[["--sed", "2"], "--sed"],
])("it refuses %j", (args, message) => {
	expect(() => parseOptions(args)).toThrow(message);
});

test("the examples of the help are understood", () => {
	const examples = HELP.split("\n")
		.filter((line) => line.startsWith("  $ npm run mutate -- "))
		.map((line) => line.split(" -- ")[1]?.match(/"[^"]*"|\S+/g) ?? []);
	expect(examples.length).toBeGreaterThan(2);
	for (const words of examples)
		expect(() =>
			parseOptions(words.map((word) => word.replaceAll('"', ""))),
		).not.toThrow();
});
