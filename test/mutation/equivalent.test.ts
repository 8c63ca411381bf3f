import { expect, test } from "vitest";
import { enclosingIn } from "./enclosing.ts";
import { excerpt, keyOf } from "./equivalent.ts";

const SOURCE = `
const AT_ONCE = 64;
export class Outbox {
	#open = new Map();
	get size() { return this.#open.size; }
	#settle(seq) {
		const drop = () => this.#open.delete(seq);
		return [1].map((n) => n + drop());
	}
}
function orderOf(a, b) { return a - b; }
`;

test.each([
	["64", ""],
	["new Map", "Outbox.#open"],
	["this.#open.size", "Outbox.get size"],
	["this.#open.delete", "Outbox.#settle.drop"],
	["n + drop", "Outbox.#settle"],
	["a - b", "orderOf"],
])("%s is within %s", (text, within) => {
	expect(enclosingIn(SOURCE)(SOURCE.indexOf(text))).toBe(within);
});

test("an excerpt is one line of at most 80 characters", () => {
	expect(excerpt("{\n\t\treturn 1;\n\t}")).toBe("{ return 1; }");
	expect(excerpt("x".repeat(80))).toBe("x".repeat(80));
	expect(excerpt("x".repeat(81))).toBe(`${"x".repeat(79)}…`);
});

test("a key stays when code moves, not when the change is another", () => {
	const mutant = {
		file: "templates/runtime/shard/outbox.ts",
		within: "Outbox.#settle",
		original: "a <\n\t\tb",
		replacement: "a <= b",
	};
	const moved = { ...mutant, original: "a < b", line: 7 };
	expect(keyOf(moved)).toBe(keyOf(mutant));
	for (const other of [
		{ file: "templates/runtime/shard/role.ts" },
		{ within: "Outbox" },
		{ original: "a > b" },
		{ replacement: "true" },
	])
		expect(keyOf({ ...mutant, ...other })).not.toBe(keyOf(mutant));
});
