import { scriptOptions } from "../../scripts/script-options.ts";
import type { Faults } from "./faults.ts";
import { loadRuntimes } from "./patched.ts";
import { PROFILES } from "./profiles.ts";
import { runSchedule } from "./schedule.ts";
import { describe, shrink } from "./shrink.ts";

/** Schedules between two lines of progress. */
const PROGRESS_SCHEDULES = 1_000;

const values = scriptOptions(
	"npm run simulate",
	"Plays schedules of faults with the runtime, and judges every count.",
	{
		schedules: {
			type: "string",
			value: "N",
			help: "how many to play; 2000 if no --minutes are given either",
		},
		minutes: { type: "string", value: "N", help: "for how long, instead" },
		only: {
			type: "string",
			value: "KINDS",
			default: "",
			help: "kinds of schedules whose name contains it, no others: live",
		},
		from: {
			type: "string",
			value: "SEED",
			help: "the first schedule; 1 if not given",
		},
		seed: {
			type: "string",
			value: "SEED",
			help: "plays this schedule alone, and prints what happens",
		},
		share: {
			type: "string",
			value: "N",
			help: "with --seed: a part of its operations, from 0 to 1",
		},
		without: {
			type: "string",
			value: "FAULTS",
			help: "with --seed: without these, separated by commas",
		},
	},
);
const runtimeOf = await loadRuntimes();
if (values.seed === undefined) await soak();
else await replay(Number(values.seed));

async function replay(seed: number): Promise<void> {
	const { findings, lines } = await runSchedule(seed, runtimeOf(seed), {
		traced: true,
		share: Number(values.share ?? 1),
		without: (values.without?.split(",") ?? []) as (keyof Faults)[],
	});
	console.log(lines.join("\n"));
	for (const finding of findings) console.error(`FINDING ${finding}`);
	if (findings.length > 0) process.exitCode = 1;
}

async function soak(): Promise<void> {
	const { minutes, schedules = minutes ? "Infinity" : "2000" } = values;
	const from = Number(values.from ?? 1);
	const isPlayed = (seed: number) =>
		PROFILES[seed % PROFILES.length]?.name.includes(values.only);
	if (!PROFILES.some((_, n) => isPlayed(n)))
		throw new Error(`No kind of schedule has ${values.only} in its name`);
	const started = performance.now();
	const until = started + Number(minutes ?? "Infinity") * 60_000;
	let steps = 0;
	let done = 0;
	for (
		let seed = from;
		done < Number(schedules) && performance.now() < until;
		seed++
	) {
		if (!isPlayed(seed)) continue;
		done++;
		const runtime = runtimeOf(seed);
		const result = await runSchedule(seed, runtime);
		steps += result.steps;
		if (result.findings.length > 0) {
			console.error(describe(await shrink(seed, runtime)));
			process.exitCode = 1;
			break;
		}
		if (done % PROGRESS_SCHEDULES === 0)
			console.error(`${done} schedules, ${steps} steps, no finding`);
	}
	const seconds = Math.round((performance.now() - started) / 1_000);
	console.log(
		`${done} schedules from seed ${from}, ${steps} steps, ${seconds} s`,
	);
}
