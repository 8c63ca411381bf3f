import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import type { DeliberateFault } from "./deliberate/fault.ts";
import { FIRST_SEEDS } from "./deliberate/first-seeds.ts";
import { loadPatched } from "./patched.ts";
import { PROFILES } from "./profiles.ts";
import type { Runtime } from "./runtime.ts";
import { runSchedule } from "./schedule.ts";

/** A fault that this many schedules do not show has slipped through. */
const SCHEDULES = 1500;

/** Tests that the simulation notices each of these faults. */
export function testFaults(faults: readonly DeliberateFault[]): void {
	test.each(faults)("it is noticed when $name", async (fault) => {
		const runtime = await loadPatched(fault, tmpdir());
		expect(await firstFinding(runtime, fault, SCHEDULES)).toMatch(fault.shows);
	});
}

/** Finds the first finding in schedules that a fault shows in. */
export async function firstFinding(
	runtime: Runtime,
	{ name, profiles: names, bend, shadows }: Omit<DeliberateFault, "shows">,
	schedules: number,
): Promise<string | undefined> {
	const profiles = PROFILES.filter((one) => names.includes(one.name)).map(
		(profile) => (shadows ? profile : { ...profile, shadows: 0 }),
	);
	expect(profiles).toHaveLength(names.length);
	const first = FIRST_SEEDS.get(name) ?? 1;
	for (let seed = first; seed < first + schedules; seed++) {
		const { findings } = await runSchedule(seed, runtime, {
			profiles,
			...(bend && { bend }),
		});
		if (findings.length > 0) return findings[0];
	}
	return undefined;
}
