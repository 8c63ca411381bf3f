import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { excerpt } from "./equivalent.ts";
import { judge } from "./judge.ts";
import { KNOWN } from "./known.ts";
import { listMutants } from "./list.ts";
import type { Mutant } from "./mutant.ts";
import { HELP, type Options, parseOptions } from "./options.ts";
import { report } from "./report.ts";
import { sample } from "./sample.ts";
import { KEPT, runAll, runSample } from "./stryker.ts";

const options = readOptions();
if (options.help) process.stdout.write(HELP);
else await mutate(options);

function readOptions(): Options {
	try {
		return parseOptions(process.argv.slice(2));
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
		console.error("See npm run mutate -- --help");
		process.exit(2);
	}
}

async function mutate({
	mutants,
	seed,
	only,
	list,
	fresh,
	concurrency,
	output,
}: Options): Promise<void> {
	const all = await listMutants();
	const chosen = all.filter((mutant) =>
		`${mutant.file} ${mutant.within}`.includes(only),
	);
	const run = mutants === undefined ? all : sample(chosen, mutants, seed);
	if (list) return console.log(run.map(show).join("\n"));
	if (run.length === 0) throw new Error(`No mutant is in ${only}`);
	const what =
		mutants === undefined ? "all" : `${run.length} of ${chosen.length}`;
	console.error(`${what} mutants, seed ${seed}`);
	if (fresh) await rm(KEPT, { force: true });
	const temporary = await mkdtemp(join(tmpdir(), "counter-gen-mutation-"));
	process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));
	const started = performance.now();
	const running = { temporary, concurrency };
	const statuses = await (mutants === undefined
		? runAll(running)
		: runSample(run, running));
	const minutes = ((performance.now() - started) / 60_000).toFixed(1);
	const judgement = judge(all, run, statuses, KNOWN);
	const text = `${what} mutants, seed ${seed}, ${minutes} min\n\n${report(judgement)}\n`;
	console.log(text);
	if (output !== undefined) await writeFile(output, text);
	if (judgement.stale.length > 0 || judgement.missing.length > 0)
		process.exitCode = 1;
}

function show(mutant: Mutant): string {
	const { file, line, column, within, mutator, original, replacement } = mutant;
	return `${file}:${line}:${column} ${within || "top"} ${mutator}: ${excerpt(original)} → ${excerpt(replacement)}`;
}
