import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { scriptOptions } from "../../scripts/script-options.ts";
import { Generated, referenceOf, root } from "./generated.ts";
import {
	ratio,
	runRounds,
	type Spread,
	type Subject,
	spread,
} from "./rounds.ts";

const values = scriptOptions(
	"npm run bench:cli",
	"Times generate as a whole process, beside the shortest one that Node can run,\nand verifies all that it writes.",
	{
		rounds: {
			type: "string",
			value: "N",
			default: "20",
			help: "turns of each subject",
		},
		many: {
			type: "string",
			value: "N",
			default: "500",
			help: "namespaces of the large configuration",
		},
		bin: {
			type: "string",
			value: "FILE",
			default: join(root, "dist/bin.js"),
			help: "the program, as built or another such as cli/bin.ts",
		},
		json: {
			type: "string",
			value: "FILE",
			help: "writes the figures there, too",
		},
	},
);
const rounds = Number(values.rounds);
const bin = resolve(values.bin);
const temporary = mkdtempSync(join(tmpdir(), "counter-gen-bench-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

const node: Subject = { name: "node -e 0", argv: ["-e", "0"], cwd: temporary };
const example = subjects("the example", root);
const one = subjects("1 namespace", reference(1));
const many = subjects(
	`${values.many} namespaces`,
	reference(Number(values.many)),
);
const source: Subject = {
	...example.again,
	name: "the example again, from source",
	argv: [join(root, "cli/bin.ts"), "generate", "--json"],
};
const all = [example, one, many].flatMap(({ first, again }) => [first, again]);
const times = runRounds([node, ...all, source], rounds);

const figures = [...times].map(([{ name }, ms]) => ({ name, ms: spread(ms) }));
const ratios = [
	compare(example.first, node),
	compare(example.again, node, 3),
	compare(many.first, one.first),
	compare(many.again, one.again, 4),
];
const [cpu] = cpus();
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpu?.model}, rounds: ${rounds}
Every output was verified. Median (first to third quartile):
`);
for (const { name, ms } of figures) print(name, ms, 0, "ms");
console.log("");
for (const { name, wanted, times } of ratios)
	print(
		name,
		times,
		1,
		wanted ? `times; at most ${wanted} is wanted` : "times",
	);
if (values.json)
	writeFileSync(
		values.json,
		`${JSON.stringify({ node: process.versions.node, rounds, figures, ratios }, null, "\t")}\n`,
	);

function reference(namespaces: number): string {
	return referenceOf(namespaces, join(temporary, `reference-${namespaces}`));
}

/** Generating a project for the first time, and again without a change. */
function subjects(
	name: string,
	from: string,
): { first: Subject; again: Subject } {
	const project = new Generated(join(temporary, name), from);
	const run = { argv: [bin, "generate", "--json"], cwd: project.dir };
	return {
		first: {
			...run,
			name: `${name}, first`,
			prepare: () => project.clear(),
			verify: (stdout) => project.verifyFirst(stdout),
		},
		again: {
			...run,
			name: `${name} again`,
			verify: (stdout) => project.verifyAgain(stdout),
		},
	};
}

function compare(of: Subject, to: Subject, wanted?: number) {
	return {
		name: `${of.name} : ${to.name}`,
		wanted,
		times: ratio(times, of, to),
	};
}

function print(
	name: string,
	{ low, median, high }: Spread,
	digits: number,
	unit: string,
): void {
	const [a, b, c] = [low, median, high].map((one) => one.toFixed(digits));
	console.log(`${name.padEnd(40)} ${b?.padStart(5)} (${a}–${c}) ${unit}`);
}
