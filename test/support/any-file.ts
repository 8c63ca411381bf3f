// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { knownKeys } from "../../cli/config/schema.ts";
import { root } from "./project.ts";

const folder = join(root, "test/cli/config");
const fixtures = (kind: string) =>
	readdirSync(join(folder, kind))
		.filter((name) => name.endsWith(".yaml"))
		.map((name) => readFileSync(join(folder, kind, name)));

/** Pieces that mean something to YAML, to JavaScript or to the schema. */
const pieces = [
	..."\n\r\t :-?[]{},#&*!|>'\"%@`~=<\\\0\u0007\u001b",
	...["\n  ", "---\n", "...\n", ": ", "- ", "<<: ", "&a ", "*a", "? "],
	...["!!map ", "!!binary ", "!!set ", "!x ", "%YAML 1.1\n", "%TAG ! x\n"],
	...["${", "${A}", "${A:-", "${SECRET}", "${NONE}", "}"],
	...["__proto__: ", "constructor: ", "toString", "null", "-0", ".nan"],
	...["1e999", "9".repeat(400), "\u2028", "\u0085", "\ufeff", "\ud83d\ude00"],
	...["namespaces:\n", "defaults:\n", "increment: ", "a: {}\n", "version: 1\n"],
];

/** Values as they may be written where a plain one belongs. */
const values = [
	...["", "~", "null", "true", "no", "0", "-0", "+1", "1", "2", "4096", "1e3"],
	...["0x10", "0o17", "010", "1_000", "1.0", "1.5", ".5", ".inf", "-.inf"],
	...[".nan", "1e400", "1e-9", "9007199254740993", "'4'", '"4"', "! 4"],
	...["5s", "5 s", "1.5s", "-1s", "00s", "5S", "1h30m", "24h", "86400001"],
	...["2026-10-20", "2026-02-30", "2026-10-20T00:00:00Z", "20261020"],
	...["*a", "&a 1", "&a", "!!str 4", "!!int x", "!!float 1", "!!null ''"],
	...["!!binary aGk=", "!x y", "|\n          x\n", ">-\n          x\n", "|"],
	...["${A}", "${A:-}", "${A:-${B:-${C}}}", "'${SECRET}'", "${}", "${a b}"],
	...["[]", "{}", "[POST]", "[GET, POST]", "[POST, POST]", "[a, 'b', 3]"],
	...["[[a]]", "{min: 1}", "{max: -1}", "{min: -0, max: 0}", "[", "{", "'"],
	...["/", "/x", "/a/b", "//", "/increment", "x~y", "Metrics", "Object"],
	...["'^a$'", "'('", "'\\p{L}'", '"\\ud800"', '"\\0"', '"\\u2028"'],
	...["<<", "__proto__", "public", "token", "none", "'*'", "https://x.example"],
];

const keys = [
	...new Set(Object.values(knownKeys).flat()),
	...["<<", "__proto__", "constructor", "renamedFrom", "removed", "env"],
	...["shard_count", "a", "b", "? ", "''", "1", "*a"],
];

/** Values that are right, if only just. */
const fitting: Readonly<Record<string, readonly string[]>> = {
	shardCount: ["1", "4096", "0x10", "1e3", "0o17", "+5", "4.0", "${FOUR}"],
	shardMinRequestToGlobal: ["1", "1000000", "!!int '7'"],
	shardWriteToGlobalAfter: ["0", "-0", "00s", "10ms", "24h", "'5000'"],
	globalMinWritesToKV: ["1", "1000000"],
	globalWriteToKVAfter: ["0", "1s", "86400000", "0024h"],
	names: ["'^[\\p{L}\\/`$]+$'", "[a, '\u2028', é]", '["\\uD800", "*/"]'],
	maxCounters: ["1", "1e6"],
	increment: ["{}", "{ min: -0 }", "{ min: -1e12, max: 1e12 }"],
	methods: ["[POST]", "[POST, GET]"],
	wrangler: [
		"{}",
		'{ vars: { A: 1e-7, B: [1, { c: "\\u007f" }], "": "${SECRET}" } }',
		"{ routes: [a.example/*, { pattern: b.example, custom_domain: true }] }",
		"{ limits: { cpu_ms: 1 }, triggers: { crons: [] }, d1_databases: [] }",
	],
	access: ["{}", "{ increment: token, read: token }", "{ admin: none }"],
	rateLimit: ["{ limit: 1, period: 10 }", "{ limit: 1e6, period: 60.0 }"],
	idempotencyWindow: ["0", "1ms", "24h"],
	writeLog: ["0", "-0", "100000"],
	live: ["true", "false", "{}", "{ objects: 64 }", "{ objects: 0x10 }"],
	bots: ["ignore", "count"],
	kvPrefix: ['"\\0\\e"', '"\\uD800"', "`*/`", "|\n      x", "${STAGE}", "😀"],
	mount: ["/", "/a/b-c_d", "/A"],
	class: ["A", "Metrics9"],
	binding: ["_", "a_B9"],
};

interface Entry {
	key: string;
	value: string | Entry[];
}

const oddValue = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom(...values) },
	{ weight: 1, arbitrary: fc.double().map(String) },
	{ weight: 1, arbitrary: fc.string().map((text) => JSON.stringify(text)) },
	{ weight: 1, arbitrary: fc.string({ unit: "binary" }) },
);

const fittingEntry = fc.constantFrom(...Object.keys(fitting)).chain((key) =>
	fc.record({
		key: fc.constant(key),
		value: fc.constantFrom(...(fitting[key] ?? [])),
	}),
);

/** Keys of the schema in some order, perhaps twice, with odd values. */
const { map } = fc.letrec<{ map: Entry[]; entry: Entry }>((tie) => ({
	entry: fc.oneof(
		{ weight: 8, arbitrary: fittingEntry },
		{
			weight: 1,
			arbitrary: fc.record({
				key: fc.oneof(
					{ weight: 9, arbitrary: fc.constantFrom(...keys) },
					{ weight: 1, arbitrary: fc.string() },
				),
				value: fc.oneof(
					{ maxDepth: 4, depthSize: "small" },
					oddValue,
					tie("map"),
				),
			}),
		},
	),
	map: fc.array(tie("entry"), { maxLength: 5 }),
}));

function block(entries: readonly Entry[], indent: string): string {
	return entries
		.map(({ key, value }) =>
			typeof value === "string"
				? `${indent}${key}: ${value}\n`
				: `${indent}${key}:\n${block(value, `${indent}  `)}`,
		)
		.join("");
}

function flow(entries: readonly Entry[]): string {
	const inner = entries.map(
		({ key, value }) =>
			`${key}: ${typeof value === "string" ? value : flow(value)}`,
	);
	return `{ ${inner.join(", ")} }`;
}

/** Mostly in the shape of a file, so that not all ends at the first line. */
const built = fc
	.record({
		top: map,
		defaults: map,
		one: map,
		other: map,
		inFlow: fc.boolean(),
	})
	.map(({ top, defaults, one, other, inFlow }) => {
		const file: Entry[] = [
			{ key: "version", value: "1" },
			...top.slice(4),
			...(defaults.length > 3 ? [{ key: "defaults", value: defaults }] : []),
			{
				key: "namespaces",
				value: [
					{ key: "metrics", value: one },
					{ key: "votes", value: other.slice(3) },
				],
			},
		];
		return inFlow ? flow(file) : block(file, "");
	});

/** A written file with some bytes or pieces changed, moved, doubled or lost. */
const mutated = fc
	.record({
		file: fc.oneof(
			fc.constantFrom(...fixtures("good")),
			fc.constantFrom(...fixtures("broken")),
		),
		edits: fc.array(
			fc.record({
				at: fc.double({ min: 0, max: 1, noNaN: true }),
				piece: fc.oneof(
					fc.constantFrom(...pieces, ...values),
					fc.string({ unit: "binary", maxLength: 3 }),
				),
				span: fc.nat(12),
				how: fc.constantFrom("insert", "drop", "end", "replace", "double"),
				byte: fc.nat(255),
			}),
			{ minLength: 1, maxLength: 3 },
		),
	})
	.map(({ file, edits }) => {
		let bytes: Buffer = file;
		for (const { at, piece, span, how, byte } of edits) {
			const offset = Math.floor(at * bytes.length);
			const before = bytes.subarray(0, offset);
			const after = bytes.subarray(offset);
			const parts = {
				insert: [before, Buffer.from(piece), after],
				drop: [before, after.subarray(span)],
				end: [before, after.subarray(0, span)],
				replace: [before, Buffer.from([byte]), after.subarray(1)],
				double: [before, bytes.subarray(Math.max(0, offset - span))],
			};
			bytes = Buffer.concat(parts[how]);
		}
		return bytes;
	});

/** A failed run is reported with the text, not with a list of numbers. */
const readable = (bytes: Buffer) =>
	Object.assign(bytes, {
		[fc.toStringMethod]: () => JSON.stringify(bytes.toString()),
	});

/** Any bytes, the more likely the nearer they are to a configuration. */
export const anyFile: fc.Arbitrary<Buffer> = fc
	.oneof(
		{ weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
		{ weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
		{
			weight: 1,
			arbitrary: fc
				.array(fc.constantFrom(...pieces, ...values, ...keys), {
					maxLength: 40,
				})
				.map((all) => all.join("")),
		},
		{ weight: 4, arbitrary: mutated },
		{ weight: 4, arbitrary: built },
	)
	.map((content) => readable(Buffer.from(content)));
