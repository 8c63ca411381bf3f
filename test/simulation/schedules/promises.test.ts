import {
	FIRST_SCHEDULES,
	hasKeys,
	SCHEDULES,
	testPromises,
} from "../promises.ts";

await testPromises(
	(profile) => !hasKeys(profile),
	FIRST_SCHEDULES + 1,
	SCHEDULES,
);
