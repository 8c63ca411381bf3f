import { expect, test } from "vitest";
import { loadRuntimes } from "../simulation/patched.ts";
import { PROFILES } from "../simulation/profiles.ts";
import { runSchedule } from "../simulation/schedule.ts";

/** Of each profile; the seeds are always the same. */
const SCHEDULES = 6;

const runtimeOf = await loadRuntimes();

// One of each profile, then another of each: what one of them catches is caught
// soon. Each is a test of its own, so that only those run that reach a mutant.
const schedules = Array.from({ length: SCHEDULES }, (_, n) =>
	PROFILES.map(({ name }, index) => ({
		name,
		// The profile of a seed is its remainder.
		seed: (n + 1) * PROFILES.length + index,
	})),
).flat();

test.each(schedules)(
	"keeps every promise in $name schedule $seed",
	async ({ seed }) => {
		const { findings } = await runSchedule(seed, runtimeOf(seed));
		expect(findings).toEqual([]);
	},
);
