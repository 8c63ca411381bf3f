import { BOUNDS } from "./bounds.ts";
import { CLOCKS } from "./clocks.ts";
import { DELIVERY } from "./delivery.ts";
import { DISK } from "./disk.ts";
import type { DeliberateFault } from "./fault.ts";
import { KEYS } from "./keys.ts";
import { PAGES } from "./pages.ts";
import { PAGING } from "./paging.ts";
import { PUBLISHING } from "./publishing.ts";
import { READING } from "./reading.ts";

/** Every mistake that the simulation must find. */
export const DELIBERATE_FAULTS: readonly DeliberateFault[] = [
	...DELIVERY,
	...PUBLISHING,
	...PAGES,
	...PAGING,
	...READING,
	...KEYS,
	...BOUNDS,
	...DISK,
	...CLOCKS,
];
