import type * as z from "zod";
import { retention, section } from "./kinds.ts";
import type { ProblemParams } from "./problem.ts";

/** For how long buckets are kept, by their unit, in milliseconds; at least one. */
export interface History {
	minute?: number;
	hour?: number;
	day?: number;
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

const MAX_RETENTION_MS = 3_650 * UNIT_MS.day;

/** Bytes that a bucket of a counter takes on disk, at the most. */
const BUCKET_BYTES = 24;

/** Half of what an object's disk holds: totals and much else are there, too. */
const MAX_HISTORY_BYTES = 5e9;

const units = {
	minute: kept("minute", "2h"),
	hour: kept("hour", "7d"),
	day: kept("day", "400d"),
};

/** The keys of `history`. */
export const historyKeys: readonly string[] = Object.keys(units);

/** In `defaults`, where each unit may stand alone. */
export const sharedHistory: z.ZodType<History | undefined> = section(units)
	.optional()
	.describe(
		"Keeps what was counted in each minute, hour or day, for so long; any of the three. Default: no history.",
	)
	.meta({
		examples: [{ day: "400d" }, { minute: "2h", hour: "7d", day: "400d" }],
	});

/** In a namespace, once `defaults` are merged in. */
export const history: z.ZodType<History | undefined> = sharedHistory.refine(
	(one) => one === undefined || Object.keys(one).length > 0,
	{
		error: "must keep at least one of `minute`, `hour` and `day`",
		params: { fix: "write `history: { day: 400d }`" } satisfies ProblemParams,
	},
);

function kept(unit: keyof typeof UNIT_MS, example: string) {
	return retention(UNIT_MS[unit], MAX_RETENTION_MS, example)
		.exactOptional()
		.describe(`For how long what was counted in each ${unit} is kept.`)
		.meta({ examples: [example] });
}

/** Adds issues of a history that the rest of its namespace does not allow. */
export function checkHistory(
	{
		history,
		maxCounters,
		shardWriteToGlobalAfter,
	}: {
		history: History | undefined;
		maxCounters: number;
		shardWriteToGlobalAfter: number;
	},
	context: z.RefinementCtx,
): void {
	if (!history) return;
	if (shardWriteToGlobalAfter === 0)
		context.addIssue({
			code: "custom",
			path: ["shardWriteToGlobalAfter"],
			message: "must not be 0 where there is a `history`",
			params: {
				code: "contradiction",
				why: "counts that wait in a shard for ever would hold all buckets open",
				fix: "write `shardWriteToGlobalAfter: 5s`",
			} satisfies ProblemParams,
		});
	const buckets = Object.entries(history).reduce(
		(sum, [unit, ms]) => sum + Math.ceil(ms / UNIT_MS[unit as keyof History]),
		0,
	);
	const bytes = buckets * maxCounters * BUCKET_BYTES;
	if (bytes <= MAX_HISTORY_BYTES) return;
	const room = Math.floor(MAX_HISTORY_BYTES / BUCKET_BYTES);
	context.addIssue({
		code: "custom",
		path: ["history"],
		message: `must fit into one object: ${buckets} buckets of each of ${maxCounters} counters, up to ${(bytes / 1e9).toFixed(1)} GB, are more than ${MAX_HISTORY_BYTES / 1e9} GB`,
		params: {
			code: "out-of-bounds",
			why: "the global object keeps them beside its totals, and its disk holds 10 GB",
			fix: `keep at most ${Math.floor(room / maxCounters)} buckets in all, or set \`maxCounters\` to at most ${Math.floor(room / buckets)}`,
		} satisfies ProblemParams,
	});
}
