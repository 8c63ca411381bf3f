import { type Faults, NO_FAULTS } from "./faults.ts";
import type { Runtime } from "./runtime.ts";
import { type Result, runSchedule, type ScheduleOptions } from "./schedule.ts";

/** A schedule that fails, and how to run it. */
export interface Failure {
	seed: number;
	options: Pick<ScheduleOptions, "share" | "without">;
	result: Result;
}

const KINDS = Object.keys(NO_FAULTS) as (keyof Faults)[];

/** Leaves out operations and kinds of faults as long as a seed still fails. */
export async function shrink(
	seed: number,
	runtime: Runtime,
	given: ScheduleOptions = {},
): Promise<Failure> {
	let smallest: Failure["options"] = {};
	const fails = async (options: Failure["options"]) => {
		const { findings } = await runSchedule(seed, runtime, {
			...given,
			...options,
		});
		if (findings.length > 0) smallest = options;
		return findings.length > 0;
	};
	for (const share of [0.1, 0.25, 0.5, 0.75]) if (await fails({ share })) break;
	for (const kind of KINDS)
		await fails({
			...smallest,
			without: [...(smallest.without ?? []), kind],
		});
	const options = smallest;
	const result = await runSchedule(seed, runtime, {
		...given,
		...options,
		traced: true,
	});
	return { seed, options, result };
}

/** A failure as a person wants it: what is wrong, how to replay it, a trace. */
export function describe({ seed, options, result }: Failure): string {
	const { share, without = [] } = options;
	return [
		`seed ${seed} (${result.profile}):`,
		...result.findings.map((finding) => `  ${finding}`),
		`Whole:   npm run simulate -- --seed ${seed}`,
		`Shorter: npm run simulate -- --seed ${seed}${share ? ` --share ${share}` : ""}${without.length > 0 ? ` --without ${without.join()}` : ""}`,
		...result.lines.slice(-120),
	].join("\n");
}
