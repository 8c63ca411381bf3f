import {
	FIRST_SCHEDULES,
	hasKeys,
	SCHEDULES,
	testPromises,
} from "../promises.ts";

// In a file of its own: two take two cores.
await testPromises(hasKeys, FIRST_SCHEDULES + 1, SCHEDULES);
