import fc, { type Arbitrary } from "fast-check";
import { numberText } from "./junk.ts";
import { utf8 } from "./shot.ts";

const many = (count: number) =>
	`{${Array.from({ length: count }, (_, n) => `"n${n}":1`).join()}}`;

/** Bodies: texts that are no JSON, JSON that is no map, and maps that must not be taken. */
export const body: Arbitrary<string> = fc.oneof(
	{ weight: 4, arbitrary: numberText },
	{ weight: 4, arbitrary: numberText.map((text) => `{"a":1,"agree":${text}}`) },
	{
		weight: 4,
		arbitrary: fc.constantFrom(
			...'{} {"a"} {"a":1 {"a":1}} {"a":1,} {a:1} {\'a\':1} {"a":1,"a":2} {"":1} {".":1} {"..":1} {"...":1} {"a":1,"..":1} {"__proto__":1} {"__proto__":{"a":1}} {"constructor":{"prototype":{"a":1}}} {"a":{"toString":1}} {"a":[1]} {"a":1}{"b":1} [{"a":1}] [["a",1]] "a" {"a":-0} {"a":1e0} {"a":01} {"a":1e999} /**/{"a":1} {"\\ud800":1} {"\\u0000":1} {"a\\u0000b":1,"a\\u0000c":2} {"a\\u0000":1,"a":2} {"\\u0061":1} {"a":9007199254740991,"b":9007199254740991} {"a":9007199254740991}'.split(
				" ",
			),
			utf8('\ufeff{"a":1}'),
			utf8('{"💥":1,"é":2}'),
			utf8('{"é":1,"e\u0301":1}'),
			'{"a\xff":1}',
			'{"\xc0\x80":1}',
			"\xff\xfe{\x00}\x00",
			"\x1f\x8b\x08\x00\x00\x00\x00\x00",
			"\x00",
			"a=1&b=2",
			"a=1&by=2",
			"by=2&by=2",
			"by=",
			"PING",
			'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
			'--x\r\nContent-Disposition: form-data; name="by"\r\n\r\n2\r\n--x--',
			'{"a":1}'.padEnd(20_000),
			`{"${"n".repeat(256)}":1}`,
			`{"${"n".repeat(257)}":1}`,
			utf8(`{"${"💯".repeat(128)}":1}`),
			utf8(`{"${"💯".repeat(129)}":1}`),
		),
	},
	fc.json().map(utf8),
	fc.string({ unit: "binary-ascii", maxLength: 40 }),
);

/** Bodies that cost something: seldom. */
export const hugeBody: Arbitrary<string> = fc.constantFrom(
	many(10_000),
	many(10_001),
	"[".repeat(100_000),
	`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
	'{"a":'.repeat(20_000),
	'{"a":1}'.padEnd(4 * 1024 * 1024),
	'{"a":1}'.padEnd(4 * 1024 * 1024 + 1),
	'{"a":1}'.padEnd(5_000_000),
	"1".repeat(5_000_000),
	`{"a":1,"b":"${"x".repeat(9_000_000)}"}`,
);
