// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codes } from "../../../cli/codes.ts";
import { loadConfig } from "../../../cli/config/load.ts";
import { problemsOf, temporaryDirectory } from "../../support/config.ts";

const folder = join(import.meta.dirname, "good");
const good = readdirSync(folder)
	.filter((name) => name.endsWith(".yaml"))
	.map((name) => readFileSync(join(folder, name)));

/** Pieces that mean something to YAML, to JavaScript or to the schema. */
const pieces = [
	..."\n\r\t :-?[]{},#&*!|>'\"%@`~=<\0\u0007",
	"\n  ",
	"---\n",
	"...\n",
	": ",
	"- ",
	"<<: ",
	"&a ",
	"*a",
	"!!map ",
	"!!binary ",
	"%YAML 1.1\n",
	"${",
	"${A}",
	"${A:-",
	"}",
	"__proto__: ",
	"constructor: ",
	"null",
	"-0",
	".nan",
	"1e999",
	"9".repeat(400),
	"\u2028",
	"\ufeff",
	"\ud83d\ude00",
	"namespaces:\n",
	"defaults:\n",
	"increment: ",
];

/** Numbers from 0 to below `end`, the same ones for the same seed. */
function numbers(seed: number): (end: number) => number {
	let state = seed;
	return (end) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * end);
	};
}

/** A good file with one or two bytes or pieces changed, moved or lost. */
function mutated(seed: number): Buffer {
	const below = numbers(seed);
	let bytes = good[below(good.length)] ?? Buffer.alloc(0);
	for (let left = 1 + below(2); left > 0; left--) {
		const at = below(bytes.length + 1);
		const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
		const span = below(12);
		const changes = [
			() => [before, Buffer.from(pieces[below(pieces.length)] ?? ""), after],
			() => [before, after.subarray(span)],
			() => [before, after.subarray(0, span), after],
			() => [before, Buffer.from([below(256)]), after.subarray(1)],
			() => [before, bytes.subarray(at - below(30))],
		];
		bytes = Buffer.concat(changes[below(changes.length)]?.() ?? []);
	}
	return bytes;
}

test("no change of a good file makes it fail in another way than being told of", {
	timeout: 60_000,
}, async () => {
	const cwd = temporaryDirectory();
	const env = { A: "1", FOUR: "4", STAGE: "x", EMPTY: "" };
	let refused = 0;
	for (let seed = 1; seed <= 2_500; seed++) {
		const bytes = mutated(seed);
		writeFileSync(join(cwd, "c.yaml"), bytes);
		const loaded = loadConfig("c.yaml", { cwd, env });
		const work = loaded.then(({ warnings }) => warnings);
		const problems = await problemsOf(work).catch((error) => {
			throw new Error(`seed ${seed}: ${bytes}`, { cause: error });
		});
		if (problems.length > 0) refused++;
		for (const { code, what, where } of problems) {
			expect(codes.config, `seed ${seed}`).toContain(code);
			expect(what, `seed ${seed}`).not.toMatch(/undefined|\[object|Invalid/);
			if (where?.line) expect(where.column, `seed ${seed}`).toBeGreaterThan(0);
		}
	}
	// Otherwise the changes are too tame, or too wild, to show anything.
	expect(refused).toBeGreaterThan(1_000);
	expect(refused).toBeLessThan(2_400);
});
