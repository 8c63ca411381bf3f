import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptOptions } from "../../scripts/script-options.ts";
import { number, table } from "../bench/table.ts";
import { buildFaulty } from "./build.ts";
import { faults } from "./faults.ts";
import { play } from "./scene.ts";

const values = scriptOptions(
	"npm run faults",
	"Makes KV, the global object and a shard fail under load, one after another.",
	{
		seconds: {
			type: "string",
			value: "N",
			default: "60",
			help: "how long each fault lasts",
		},
		only: { type: "string", value: "FAULT", help: "kv, global or shard" },
	},
);
const seconds = Number(values.seconds);
if (!(seconds > 0)) throw new Error("--seconds takes a number above 0");
const chosen = faults.filter(({ kind }) => kind === (values.only ?? kind));
if (chosen.length === 0) throw new Error("--only takes kv, global or shard");

const dir = await mkdtemp(join(tmpdir(), "counter-gen-faults-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
const interrupted = new AbortController();
// Ends every workerd, too.
for (const name of ["SIGINT", "SIGTERM"] as const)
	process.once(name, () => process.exit(130));

console.error("building");
const build = await buildFaulty(dir, interrupted.signal);
for (const fault of chosen) {
	const began = performance.now();
	const report = (text: string) =>
		console.error(
			`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${fault.name}: ${text}`,
		);
	report("begins");
	const { facts, findings } = await play(fault, build, dir, seconds, report);
	const rows = [...facts].map(([fact, value]) => [
		fact,
		number(value, Number.isInteger(value) ? 0 : 1),
	]);
	console.log(`\n${table([`${fault.name}, ${seconds} s`, ""], rows)}`);
	for (const finding of findings) console.log(`FINDING ${finding}`);
	if (findings.length > 0) process.exitCode = 1;
}
