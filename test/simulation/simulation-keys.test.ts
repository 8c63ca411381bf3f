import { hasKeys, testPromises } from "./promises.ts";

// In a file of its own: two take two cores.
await testPromises(hasKeys);
