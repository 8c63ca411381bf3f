import {
	FIRST_SCHEDULES,
	hasFeatures,
	hasKeys,
	SCHEDULES,
	testPromises,
} from "../promises.ts";

// In a file of its own, as those with keys are: none is the last by minutes.
await testPromises(
	(profile) => !hasKeys(profile) && hasFeatures(profile),
	FIRST_SCHEDULES + 1,
	SCHEDULES,
);
