// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are code
import { describe, expect, test } from "vitest";
import { applyEdit } from "./seams/edit.ts";

const SOURCE = `
export const PACE_MS = 1_000;
export class Outbox {
	#open = new Map<number, string>();
	get size(): number { return this.#open.size; }
	#send(batch: Batch, reason: string): void {
		this.#deliver(batch, reason);
		this.#open.delete(batch.seq);
		if (this.size > 0) this.#arm(); else this.#rest();
	}
	stop(batch: Batch): void {
		this.#deliver(batch, "stop");
		this.#open.clear();
	}
	#deliver(batch: Batch, reason: string): void {}
	#arm(): void {}
	#rest(): void {}
}
`;

const SEND = { file: "outbox.ts", within: "Outbox.#send" };
const DROP = { ...SEND, find: "this.#open.delete(batch.seq);", to: "" };

/** The source with one text replaced, wherever it is. */
function changed(from: string, to: string): string {
	expect(SOURCE).toContain(from);
	return SOURCE.replaceAll(from, to);
}

describe("code as it is called", () => {
	test("is replaced where it is in the function", () => {
		expect(applyEdit(SOURCE, DROP)).toBe(
			changed("this.#open.delete(batch.seq);", ""),
		);
	});

	test("may be an expression", () => {
		const edit = { ...SEND, find: "this.size > 0", to: "false" };
		expect(applyEdit(SOURCE, edit)).toBe(changed("this.size > 0", "false"));
	});

	test("may be several statements", () => {
		const edit = {
			...SEND,
			find: "this.#deliver(batch, reason); this.#open.delete(batch.seq);",
			to: "stop();",
		};
		expect(applyEdit(SOURCE, edit)).toContain("{\n\t\tstop();\n\t\tif");
	});

	test("may be a constant that is exported", () => {
		const edit = { file: "", within: "", find: "const PACE_MS = 1000;" };
		expect(applyEdit(SOURCE, { ...edit, to: "const PACE_MS = 0;" })).toBe(
			changed("1_000", "0"),
		);
	});

	test("is told by its function", () => {
		const find = "this.#deliver(batch, $reason);";
		const edit = { file: "", within: "Outbox.stop", find, to: "" };
		expect(applyEdit(SOURCE, edit)).toBe(
			changed('this.#deliver(batch, "stop");', ""),
		);
		expect(() => applyEdit(SOURCE, { ...edit, within: "Outbox" })).toThrow(
			"2 places",
		);
	});

	test.each([
		["other white space", "this . #open\n\t\t\t.delete(\nbatch.seq\n)"],
		["a trailing comma", "this.#open.delete(batch.seq,);"],
		["a comment", "this.#open.delete(/* by its number */ batch.seq);"],
		["parentheses", "(this.#open).delete((batch.seq));"],
		["types", "this.#open.delete<number>(batch.seq);"],
	])("is found with %s", (_, text) => {
		const source = changed("this.#open.delete(batch.seq);", text);
		expect(applyEdit(source, DROP)).toBe(source.replace(text, ""));
	});

	test("becomes a block where it is the branch of a condition", () => {
		const edit = { ...SEND, find: "this.#rest();", to: "a(); b();" };
		expect(applyEdit(SOURCE, edit)).toContain("else { a(); b(); }");
	});

	test("may have holes, which the replacement uses", () => {
		const edit = {
			...SEND,
			find: "this.#deliver($batch, reason);",
			to: "twice($batch, $batch);",
		};
		expect(applyEdit(SOURCE, edit)).toContain("twice(batch, batch);");
	});

	test("is no other than it was: signs and numbers count", () => {
		for (const find of ["this.size >= 0", "this.size > 1"])
			expect(() => applyEdit(SOURCE, { ...SEND, find, to: "" })).toThrow(
				`outbox.ts: no places in Outbox.#send look like ${find}`,
			);
	});
});

describe("code that was renamed", () => {
	test.each([
		["a local", "batch", "sent"],
		["a field", "#open", "#holdings"],
		["a method", "delete(", "drop("],
		["a property", ".seq", ".number"],
		["its function", "#send(", "#sendBatch("],
		["its class", "Outbox", "Postbox"],
	])("is found after a change of %s", (_, from, to) => {
		const edited = applyEdit(changed(from, to), DROP);
		expect(edited).toBe(
			changed("this.#open.delete(batch.seq);", "").replaceAll(from, to),
		);
	});

	test("gives its names to the replacement", () => {
		const edit = {
			...DROP,
			to: "queue(() => this.#open.delete(batch.seq), { batch });",
		};
		const source = changed("batch", "sent").replaceAll("#open", "#holdings");
		expect(applyEdit(source, edit)).toContain(
			"queue(() => this.#holdings.delete(sent.seq), { batch: sent });",
		);
	});

	test("gives the replacement further names, which other code knows", () => {
		const edit = {
			...DROP,
			knowing: "this.#rest()",
			to: "this.#open.clear(); this.#rest();",
		};
		const source = changed("#rest", "#pause").replace("#arm()", "#arm(1)");
		expect(applyEdit(source, edit)).toContain(
			"this.#open.clear(); this.#pause();",
		);
		expect(() => applyEdit(changed("#rest", "#pause"), edit)).toThrow(
			"outbox.ts: 2 places look like this.#rest()",
		);
	});

	test("has each name in place of one", () => {
		const edit = { file: "", within: "", find: "a(b, b);", to: "" };
		expect(applyEdit("x(y, z); x(y, y);", edit)).toBe("x(y, z); ");
		const two = { ...edit, find: "a(b, c);" };
		expect(applyEdit("x(y, z); x(y, y);", two)).toBe(" x(y, y);");
	});

	test("is not what another name stands for that is still there", () => {
		const source = changed("this.#open.delete(batch.seq);", "");
		expect(() => applyEdit(source, { ...DROP, within: "Outbox" })).toThrow(
			"no places",
		);
	});

	test("must be told from what looks the same", () => {
		const edit = { ...SEND, find: "this.#wake();", to: "" };
		expect(() => applyEdit(SOURCE, edit)).toThrow(
			"outbox.ts: 2 places in Outbox.#send look like this.#wake();",
		);
	});
});

describe("a part of a text", () => {
	const SQL = `
		read(sql) { sql.exec("SELECT a FROM b WHERE c = ?"); }
		write(sql) { sql.exec(\`UPDATE b
			SET a = \${value}, c = MAX(c,  2)
			WHERE d\`); } // WHERE c = ?
	`;
	const source = `class Rows { ${SQL} }`;
	const at = { file: "rows.ts", within: "Rows.write" };

	test("is found with other white space", () => {
		const edit = { ...at, text: "c = MAX( c, 2 ) WHERE d", to: "c = 1" };
		expect(applyEdit(source, edit)).toContain("SET a = ${value}, c = 1`");
	});

	test("is not found in code, in a comment or in another function", () => {
		for (const text of ["sql.exec", "WHERE c = ?"])
			expect(() => applyEdit(source, { ...at, text, to: "" })).toThrow(
				`rows.ts: no places in Rows.write look like ${text}`,
			);
	});

	test("must be there once", () => {
		const edit = { ...at, within: "Rows", text: "WHERE", to: "" };
		expect(() => applyEdit(source, edit)).toThrow("2 places in Rows");
	});

	test("is of whole words", () => {
		const edit = { ...at, within: "Rows.read", text: "a FR OM", to: "" };
		expect(() => applyEdit(source, edit)).toThrow("no places");
	});
});
