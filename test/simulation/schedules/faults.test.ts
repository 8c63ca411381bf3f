import { expect, test } from "vitest";
import { DELIBERATE_FAULTS, SHORT_FAULTS } from "../deliberate/all.ts";
import { FIRST_SEEDS } from "../deliberate/first-seeds.ts";
import { firstFinding, testFaults } from "../notice.ts";
import { loadRuntime } from "../runtime.ts";

testFaults(
	DELIBERATE_FAULTS.filter(({ name }) => !SHORT_FAULTS.includes(name)),
);

test("the runtime as it is shows none of them in the first schedule of each", async () => {
	const runtime = await loadRuntime();
	const schedules = new Map(
		DELIBERATE_FAULTS.map(({ bend: _, ...fault }) => [
			JSON.stringify([
				fault.profiles,
				fault.shadows,
				FIRST_SEEDS.get(fault.name),
			]),
			fault,
		]),
	);
	expect(schedules.size).toBeGreaterThan(FIRST_SEEDS.size);
	for (const fault of schedules.values())
		expect(await firstFinding(runtime, fault, 1)).toBe(undefined);
});
