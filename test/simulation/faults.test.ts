import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DELIBERATE_FAULTS, SHORT_FAULTS } from "./deliberate/all.ts";
import type { DeliberateFault } from "./deliberate/fault.ts";
import { FIRST_SEEDS } from "./deliberate/first-seeds.ts";
import { loadPatched } from "./patched.ts";
import { PROFILES } from "./profiles.ts";
import { loadRuntime, type Runtime } from "./runtime.ts";
import { runSchedule } from "./schedule.ts";

/** A fault that this many schedules do not show has slipped through. */
const SCHEDULES = 1500;

let temporary: string;
beforeAll(async () => {
	temporary = await mkdtemp(join(tmpdir(), "deliberate-"));
});
afterAll(() => rm(temporary, { recursive: true }));

/** The first finding in schedules of some profiles. */
async function firstFinding(
	runtime: Runtime,
	{
		profiles: names,
		bend,
		shadows,
	}: Pick<DeliberateFault, "profiles" | "bend" | "shadows">,
	schedules: number,
	first = 1,
): Promise<string | undefined> {
	const profiles = PROFILES.filter(({ name }) => names.includes(name)).map(
		(profile) => (shadows ? profile : { ...profile, shadows: 0 }),
	);
	expect(profiles).toHaveLength(names.length);
	for (let seed = first; seed < first + schedules; seed++) {
		const { findings } = await runSchedule(seed, runtime, {
			profiles,
			...(bend && { bend }),
		});
		if (findings.length > 0) return findings[0];
	}
	return undefined;
}

for (const fault of DELIBERATE_FAULTS)
	test(`it is noticed when ${fault.name}`, {
		tags: SHORT_FAULTS.includes(fault.name) ? [] : "full",
	}, async () => {
		const runtime = await loadPatched(fault, temporary);
		const first = FIRST_SEEDS.get(fault.name);
		expect(await firstFinding(runtime, fault, SCHEDULES, first)).toMatch(
			fault.shows,
		);
	});

test("those of the short simulation, and with a first seed, are among them", () => {
	const names = DELIBERATE_FAULTS.map(({ name }) => name);
	expect(names).toEqual(expect.arrayContaining([...FIRST_SEEDS.keys()]));
	expect(names).toEqual(expect.arrayContaining([...SHORT_FAULTS]));
	expect(new Set(SHORT_FAULTS).size).toBe(10);
});

test("the runtime as it is shows none of them", { tags: "full" }, async () => {
	const profiles = [...new Set(DELIBERATE_FAULTS.flatMap((f) => f.profiles))];
	const runtime = await loadRuntime();
	expect(
		await firstFinding(runtime, { profiles, shadows: true }, 200),
	).toBeUndefined();
});
