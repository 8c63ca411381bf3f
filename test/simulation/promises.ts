import { expect, test } from "vitest";
import { loadRuntimes } from "./patched.ts";
import type { Profile } from "./profile.ts";
import { PROFILES } from "./profiles.ts";
import { runSchedule } from "./schedule.ts";
import { describe, shrink } from "./shrink.ts";

/** Schedules of each kind; their seeds are always the same. */
export const SCHEDULES = 130;

/** The first ones, which `npm test` runs. */
const FIRST_SCHEDULES = 8;

/** Runs schedules of the kinds that are chosen, until one breaks a promise. */
export async function testPromises(
	isChosen: (profile: Profile) => boolean,
): Promise<void> {
	const runtimeOf = await loadRuntimes();
	const keepsPromises = async (index: number, first: number, last: number) => {
		for (let n = first; n <= last; n++) {
			// The profile of a seed is its remainder.
			const seed = n * PROFILES.length + index;
			const runtime = runtimeOf(seed);
			const { findings } = await runSchedule(seed, runtime);
			if (findings.length > 0)
				expect.fail(describe(await shrink(seed, runtime)));
		}
	};
	for (const [index, profile] of PROFILES.entries()) {
		if (!isChosen(profile)) continue;
		const { name } = profile;
		test(`keeps every promise in ${FIRST_SCHEDULES} ${name} schedules`, () =>
			keepsPromises(index, 1, FIRST_SCHEDULES));
		test(
			`keeps every promise in ${name} schedules up to ${SCHEDULES}`,
			{
				tags: "full",
			},
			() => keepsPromises(index, FIRST_SCHEDULES + 1, SCHEDULES),
		);
	}
}

/** Tells whether clients of a kind send idempotency keys. */
export function hasKeys({ mix }: Profile): boolean {
	return mix.keyed > 0;
}
