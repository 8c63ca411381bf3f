import { describe, expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { runCli } from "../../support/run.ts";
import { bring, huge, start } from "./bring.ts";
import { env, ndjson, numbered } from "./namespace-server.ts";

const many = numbered(50_000);

function line(value: unknown): string {
	return `${JSON.stringify(value)}\n`;
}

describe("a bad file", () => {
	test.each([
		["{", "the line is not a JSON object"],
		["[]", "the line is not a JSON object"],
		["null", "the line is not a JSON object"],
		["7", "the line is not a JSON object"],
		[line({ value: 1 }), "`counter` is not a name"],
		[line({ counter: "", value: 1 }), "`counter` is not a name"],
		[line({ counter: 7, value: 1 }), "`counter` is not a name"],
		['{"counter":"\\ud800","value":1}', "`counter` is not a name"],
		[line({ counter: "..", value: 1 }), "is .., which clients take out of a"],
		[line({ counter: ".", value: 1 }), "is ., which clients take out of a URL"],
		[line({ counter: "x" }), "`value` is missing"],
		[line({ counter: "x", value: null }), "`value` is not a whole number"],
		[
			line({ counter: "x", value: "12" }),
			'`value` is the string "12": write 12, without quotes',
		],
		[line({ counter: "x", value: "-7" }), "write -7, without quotes"],
		[line({ counter: "x", value: "1.5" }), "`value` is a string, not a whole"],
		[line({ counter: "x", value: "many" }), "`value` is a string, not a whole"],
		[line({ counter: "x", value: 0.5 }), "`value` is not a whole number"],
		['{"counter":"x","value":9007199254740992}', "within ±(2^53 − 1)"],
		['{"counter":"x","value":-9007199254740993}', "within ±(2^53 − 1)"],
		['{"counter":"x","value":1e309}', "within ±(2^53 − 1)"],
		[line({ counter: "x", value: 1, by: 2 }), 'the line has a key "by"'],
		...(
			[
				[7, "`history` is not an object"],
				[
					{ week: {} },
					'`history` has "week", which is not minute, hour or day',
				],
				[{ day: [1] }, "`history.day` is not an object"],
				[{ day: { yesterday: 1 } }, 'has "yesterday", which is no date'],
				[{ day: { "2026-11-30": 0.5 } }, "at 2026-11-30 is not a whole number"],
				[{ hour: { "2026-13-01T08:00Z": 1 } }, "which is no date or moment"],
				[{ day: { "2026-02-30": 1 } }, "which is no date or moment"],
				[
					{ day: { "2026-11-30": 1 }, hour: { "2026-11-30T08:00Z": 1 } },
					"with and without an offset from UTC",
				],
				[
					{ day: { "2026-11-29": huge, "2026-11-30": huge } },
					"adds up to more than 2^53 − 1",
				],
			] as const
		).map(([history, what]): [string, string] => [
			line({ counter: "x", value: 1, history }),
			what,
		]),
		[line({ counter: "x".repeat(257), value: 1 }), "more than 256 characters"],
		[line({ counter: "x".repeat(2 ** 25), value: 1 }), "or too long"],
		[Buffer.from([0x22, 0xff, 0x22]), "the line is not UTF-8"],
	])("with the line %s is refused before any request", async (bad, what) => {
		const server = await start();
		const text = Buffer.concat([
			Buffer.from(ndjson(many.slice(0, 2))),
			Buffer.from(bad),
		]);
		const { status, stdout, stderr } = await bring(server, text);
		expect(stderr).toContain("file:3 error [bad-line] ");
		expect(stderr).toContain(what);
		expect(stderr).toContain('fix: a line is {"counter":"signups","value":42}');
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(server.seen).toEqual([]);
	});

	test("names the first ten bad lines, and each counter that comes twice", async () => {
		const server = await start();
		const { stdout } = await bring(
			server,
			`${ndjson([["a", 1]])}\n${ndjson([["a", 2]])}${"bad\n".repeat(20)}`,
			["--json"],
		);
		const { diagnostics } = readAnswer("Answer", stdout);
		expect(diagnostics).toHaveLength(10);
		expect(diagnostics[0]).toMatchObject({
			code: "duplicate-counter",
			what: '"a" stands on line 1, too',
			where: { file: "file", line: 3 },
		});
		expect(diagnostics[9]).toMatchObject({ where: { line: 12 } });
		expect(server.seen).toEqual([]);
	});

	test("on stdin is refused alike", async () => {
		const server = await start();
		const { status, stderr } = await runCli(["import", server.url], {
			env,
			stdin: "bad",
		});
		expect(stderr).toContain("(stdin):1 error [bad-line]");
		expect(status).toBe(2);
		expect(server.seen).toEqual([]);
	});

	test.each([
		["nowhere", "[file-not-found] nowhere cannot be read: no such file"],
		[".", "[not-a-file] . cannot be read: illegal operation on a directory"],
	])("that is %s is told", async (file, complaint) => {
		const server = await start();
		const { status, stderr } = await runCli(["import", server.url, file], {
			env,
		});
		expect(stderr).toContain(complaint);
		expect(status).toBe(2);
		expect(server.seen).toEqual([]);
	});
});
