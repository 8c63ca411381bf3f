import { FIRST_SCHEDULES, hasKeys, testPromises } from "./promises.ts";

// In a file of its own: two take two cores.
await testPromises(hasKeys, 1, FIRST_SCHEDULES);
