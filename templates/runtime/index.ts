/// <reference types="@cloudflare/workers-types" preserve="true" />

export { totalBounds } from "./bounds/feature.ts";
export { periodBounds } from "./bounds/period-feature.ts";
export { crossOrigin } from "./cors/feature.ts";
/** The library `counter-gen/runtime`: all that code outside may rely on. */
export { CounterDurableObject } from "./counter.ts";
export { dashboard } from "./dashboard/feature.ts";
export { counterEntrypoint, type EntrypointProps } from "./entrypoint.ts";
export type {
	BucketTop,
	CounterHistory,
	HistoryOptions,
	HistoryUnit,
	Point,
	TopQuestion,
} from "./history/contract.ts";
export { history } from "./history/feature.ts";
export { idempotencyKeys } from "./idempotency/feature.ts";
export { liveUpdates } from "./live/feature.ts";
export {
	CounterProblem,
	type Problem,
	type ProblemCode,
} from "./problem.ts";
export { queueConsumer } from "./queue/feature.ts";
export { type RateLimitOptions, rateLimiter } from "./rate-limit/feature.ts";
export type { GlobalStub, ReadTotals } from "./stubs/global.ts";
export type { IncrementOptions, ShardStub } from "./stubs/shard.ts";
export type { ShardWrites } from "./stubs/shard-writes.ts";
export { topCounters } from "./top/feature.ts";
export { counterWorker, type WorkerOptions } from "./worker.ts";
export { writeLog } from "./write-log/feature.ts";
