import { expect, test } from "vitest";
import { loadRuntimes } from "./patched.ts";
import { PROFILES } from "./profiles.ts";
import {
	FIRST_SCHEDULES,
	hasKeys,
	SCHEDULES,
	testPromises,
} from "./promises.ts";
import { runSchedule } from "./schedule.ts";

await testPromises((profile) => !hasKeys(profile), 1, FIRST_SCHEDULES);

test("there are at least 2,000 schedules", () => {
	expect(SCHEDULES * PROFILES.length).toBeGreaterThanOrEqual(2_000);
});

test("the same seed gives the same schedule to the letter", async () => {
	const runtimeOf = await loadRuntimes();
	const [once, again] = [
		await runSchedule(12_345, runtimeOf(12_345), { traced: true }),
		await runSchedule(12_345, runtimeOf(12_345), { traced: true }),
	];
	expect(once.lines.length).toBeGreaterThan(50);
	expect(again).toEqual(once);
});
