import {
	FIRST_SCHEDULES,
	hasFeatures,
	hasKeys,
	SCHEDULES,
	testPromises,
} from "../promises.ts";

await testPromises(
	(profile) => !hasKeys(profile) && !hasFeatures(profile),
	FIRST_SCHEDULES + 1,
	SCHEDULES,
);
