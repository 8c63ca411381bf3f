import { expect, test } from "vitest";
import { loadRuntimes } from "./patched.ts";
import { PROFILES } from "./profiles.ts";
import { runSchedule } from "./schedule.ts";
import { describe, shrink } from "./shrink.ts";

/** Of each profile; the seeds are always the same. */
const SCHEDULES = 130;

const runtimeOf = await loadRuntimes();

test.each(PROFILES.map(({ name }, index) => ({ name, index })))(
	"keeps every promise in $name schedules",
	async ({ index }) => {
		for (let n = 1; n <= SCHEDULES; n++) {
			// The profile of a seed is its remainder.
			const seed = n * PROFILES.length + index;
			const runtime = runtimeOf(seed);
			const { findings } = await runSchedule(seed, runtime);
			if (findings.length > 0)
				expect.fail(describe(await shrink(seed, runtime)));
		}
		expect(SCHEDULES * PROFILES.length).toBeGreaterThanOrEqual(2_000);
	},
);

test("the same seed gives the same schedule to the letter", async () => {
	const [once, again] = [
		await runSchedule(12_345, runtimeOf(12_345), { traced: true }),
		await runSchedule(12_345, runtimeOf(12_345), { traced: true }),
	];
	expect(once.lines.length).toBeGreaterThan(50);
	expect(again).toEqual(once);
});
