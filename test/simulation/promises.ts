import { expect, test } from "vitest";
import { loadRuntimes } from "./patched.ts";
import type { Profile } from "./profile.ts";
import { PROFILES } from "./profiles.ts";
import { runSchedule } from "./schedule.ts";
import { describe, shrink } from "./shrink.ts";

/** Schedules of each kind; their seeds are always the same. */
export const SCHEDULES = 130;

/** The first ones, which `npm test` runs; the others are in `schedules/`. */
export const FIRST_SCHEDULES = 2;

/**
 * Runs schedules of the kinds that are chosen, from the `first` of each kind to
 * the `last`, until one breaks a promise.
 */
export async function testPromises(
	isChosen: (profile: Profile) => boolean,
	first: number,
	last: number,
): Promise<void> {
	const runtimeOf = await loadRuntimes();
	for (const [index, profile] of PROFILES.entries())
		if (isChosen(profile))
			test(`keeps every promise in ${profile.name} schedules ${first} to ${last}`, async () => {
				for (let n = first; n <= last; n++) {
					// The profile of a seed is its remainder.
					const seed = n * PROFILES.length + index;
					const runtime = runtimeOf(seed);
					const { findings } = await runSchedule(seed, runtime);
					if (findings.length > 0)
						expect.fail(describe(await shrink(seed, runtime)));
				}
			});
}

/** Tells whether clients of a kind send idempotency keys. */
export function hasKeys({ mix }: Profile): boolean {
	return mix.keyed > 0;
}

/** Tells whether totals of a kind have a past, or bounds. */
export function hasFeatures({ histories, totals }: Profile): boolean {
	return histories.length > 0 || totals.length > 0;
}
