import { expect, test } from "vitest";
import { loadRuntimes } from "./patched.ts";
import { PROFILES } from "./profiles.ts";
import { runSchedule } from "./schedule.ts";
import { describe, shrink } from "./shrink.ts";

/** Of each profile; the seeds are always the same. */
const SCHEDULES = 130;

/** The first ones, which `npm test` runs. */
const SHORT = 8;

const runtimeOf = await loadRuntimes();

/** Runs schedules of a profile until one breaks a promise. */
async function keepsPromises(
	index: number,
	first: number,
	last: number,
): Promise<void> {
	for (let n = first; n <= last; n++) {
		// The profile of a seed is its remainder.
		const seed = n * PROFILES.length + index;
		const runtime = runtimeOf(seed);
		const { findings } = await runSchedule(seed, runtime);
		if (findings.length > 0) expect.fail(describe(await shrink(seed, runtime)));
	}
}

for (const [index, { name }] of PROFILES.entries()) {
	test(`keeps every promise in ${SHORT} ${name} schedules`, () =>
		keepsPromises(index, 1, SHORT));
	test(
		`keeps every promise in ${name} schedules up to ${SCHEDULES}`,
		{
			tags: "full",
		},
		() => keepsPromises(index, SHORT + 1, SCHEDULES),
	);
}

test("there are at least 2,000 schedules", () => {
	expect(SCHEDULES * PROFILES.length).toBeGreaterThanOrEqual(2_000);
});

test("the same seed gives the same schedule to the letter", async () => {
	const [once, again] = [
		await runSchedule(12_345, runtimeOf(12_345), { traced: true }),
		await runSchedule(12_345, runtimeOf(12_345), { traced: true }),
	];
	expect(once.lines.length).toBeGreaterThan(50);
	expect(again).toEqual(once);
});
