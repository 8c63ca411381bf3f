import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { thisMachine } from "./machine.ts";
import { machineText, targetsText, throughputText } from "./report.ts";
import { withStands } from "./stand.ts";
import { buildSubjects, type Group, groups } from "./subjects.ts";
import { measure, targetsOf } from "./throughput.ts";

/**
 * Measures the generated Worker beside what the platform allows and beside
 * other designs, and verifies every count. docs/performance.md explains it.
 */
const { values } = parseArgs({
	options: {
		rounds: { type: "string", default: "5" },
		/** Of each turn. */
		seconds: { type: "string", default: "2" },
		/** Some of the parts, by comma. */
		only: { type: "string", default: groups.join() },
		/** Writes the figures to this file as well. */
		json: { type: "string" },
	},
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const wanted = new Set(values.only.split(","));
const unknown = [...wanted].filter((one) => !groups.includes(one as Group));
if (unknown.length > 0)
	throw new Error(`--only takes ${groups.join(", ")}; not ${unknown}`);

const interrupted = new AbortController();
const { signal } = interrupted;
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
	process.on(name, () => interrupted.abort());
// Every workerd is ended with this process.
process.setMaxListeners(100);
const dir = await mkdtemp(join(tmpdir(), "counter-gen-bench-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
const progress = (text: string) => {
	signal.throwIfAborted();
	console.error(text);
};

progress("building");
const machine = thisMachine(rounds, seconds);
const subjects = await buildSubjects(dir, wanted as Set<Group>, signal);
progress("starting");
const throughput = await withStands(subjects, dir, signal, (stands) =>
	measure(stands, rounds, seconds, progress),
);
const targets = targetsOf(throughput);
console.log(
	[machineText(machine), throughputText(throughput), targetsText(targets)].join(
		"\n\n",
	),
);
if (values.json)
	writeFileSync(
		values.json,
		`${JSON.stringify({ machine, throughput, targets }, null, "\t")}\n`,
	);
const wrong = throughput.filter(
	({ group, lost, failed }) => group !== "rivals" && (lost !== 0 || failed > 0),
);
for (const { name } of wrong) console.error(`${name}: counts are wrong`);
if (wrong.length > 0) process.exitCode = 1;
