import { BOUNDS } from "./bounds.ts";
import { CLOCKS } from "./clocks.ts";
import { DELIVERY } from "./delivery.ts";
import { DISK } from "./disk.ts";
import type { DeliberateFault } from "./fault.ts";
import { HISTORY } from "./history.ts";
import { JOURNAL } from "./journal.ts";
import { KEY_PACKS } from "./key-packs.ts";
import { KEYS } from "./keys.ts";
import { LIVE } from "./live.ts";
import { LOANS } from "./loans.ts";
import { PAGES } from "./pages.ts";
import { PAGING } from "./paging.ts";
import { PUBLISHING } from "./publishing.ts";
import { READING } from "./reading.ts";
import { TOP } from "./top.ts";

/** Every mistake that the simulation must find. */
export const DELIBERATE_FAULTS: readonly DeliberateFault[] = [
	...DELIVERY,
	...JOURNAL,
	...PUBLISHING,
	...PAGES,
	...PAGING,
	...READING,
	...KEYS,
	...KEY_PACKS,
	...BOUNDS,
	...DISK,
	...CLOCKS,
	...LIVE,
	...TOP,
	...HISTORY,
	...LOANS,
];

/** Those that `npm test` makes: ten of ten kinds, each found within a second. */
export const SHORT_FAULTS: readonly string[] = [
	// Delivery, and what is durable when.
	"the batch is cleared before the answer",
	"no alarm is set after a failure",
	// Publishing.
	"what came during a publication counts as published",
	// Pages in KV, and names page by page.
	"a manifest is put before its pages",
	"a page of names skips one",
	// Exact reads.
	"an exact read counts a batch twice that is applied already",
	// Idempotency keys.
	"idempotency keys are not remembered",
	// Bounds.
	"the limit of counters does not hold",
	// A disk that takes a write back.
	"memory runs ahead of a transaction that is taken back",
	// Clocks that jump.
	"a moment that a clock has put into the future is waited for",
];
