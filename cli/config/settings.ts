import * as z from "zod";
import {
	type Access,
	access,
	type RateLimit,
	rateLimit,
	sharedRateLimit,
} from "./access.ts";
import { methods, names } from "./kinds.ts";
import { duration, section, whole } from "./values.ts";

/** What namespaces can share, and so `defaults` may hold. */
export interface Settings {
	shardCount: number;
	shardMinRequestToGlobal: number;
	/** Milliseconds; 0 is never. */
	shardWriteToGlobalAfter: number;
	globalMinWritesToKV: number;
	/** Milliseconds; 0 is never. */
	globalWriteToKVAfter: number;
	/** A regular expression's source, or the names themselves. */
	names: string | string[];
	increment: { min: number; max: number };
	/** Distinct names that there is room for. */
	maxCounters: number;
	/** Always contains POST; GET comes first. */
	methods: ("GET" | "POST")[];
	/** Whether a GET of a bot counts. */
	bots: "count" | "ignore";
	access: Access;
	/** None: any number. */
	rateLimit: RateLimit | undefined;
	/** Milliseconds; 0 is off. */
	idempotencyWindow: number;
	/** Write events kept; 0 is none. */
	writeLog: number;
}

type SettingsShape = { [K in keyof Settings]: z.ZodType<Settings[K]> };

const day = 86_400_000;

const [defaultMin, defaultMax] = [1, 1_000_000];
/** 2^53, past which numbers are not exact, is thousands of these away. */
const largest = 1e12;

const range = section({
	min: whole(-largest, largest)
		.default(defaultMin)
		.describe("The smallest increment; a negative one allows decrements.")
		.meta({ examples: [-1] }),
	max: whole(-largest, largest)
		.default(defaultMax)
		.describe("The largest increment.")
		.meta({ examples: [1, 100] }),
});

const shape = {
	shardCount: whole(1, 4096)
		.default(2)
		.describe(
			"Objects that take increments, each good for about 1,000 requests a second. May change at any time, up or down.",
		)
		.meta({ examples: [8] }),
	shardMinRequestToGlobal: whole(1, 1_000_000)
		.default(100)
		.describe(
			"A shard flushes to the global object once it holds this many requests.",
		)
		.meta({ examples: [1000] }),
	shardWriteToGlobalAfter: duration(10, day, "never")
		.prefault("5s")
		.describe(
			"A shard flushes this long after its first unflushed request; 0 is never by time. A plain number is milliseconds.",
		)
		.meta({ examples: ["500ms", "30s", 0] }),
	globalMinWritesToKV: whole(1, 1_000_000)
		.default(100)
		.describe("The global object publishes to KV after this many shard writes.")
		.meta({ examples: [1000] }),
	globalWriteToKVAfter: duration(1_000, day, "never")
		.prefault("5s")
		.describe(
			"The global object publishes this long after its first unpublished write; 0 is never by time. A plain number is milliseconds. KV takes one write a second for a key.",
		)
		.meta({ examples: ["1s", "1m", 0] }),
	names: names()
		.default("^[A-Za-z0-9_.:-]{1,128}$")
		.describe(
			"Counter names that are allowed: a regular expression, or a list of names.",
		)
		.meta({ examples: [["likes", "shares"], "^[a-z]{1,32}$"] }),
	maxCounters: whole(1, 1_000_000)
		.default(10_000)
		.describe(
			"Distinct names; a new one past it is refused, a known one never.",
		)
		.meta({ examples: [100] }),
	increment: withDefaults(range),
	methods: methods()
		.prefault(["POST"])
		.describe(
			"HTTP methods that count. [GET, POST] lets plain links and image pixels count.",
		)
		.meta({ examples: [["GET", "POST"]] }),
	bots: z
		.enum(["count", "ignore"], "must be count or ignore")
		.default("count")
		.describe(
			"Whether a GET of a known bot counts, such as a crawler or a link preview. A POST always does.",
		)
		.meta({ examples: ["ignore"] }),
	access,
	rateLimit: sharedRateLimit,
	idempotencyWindow: duration(1, day, "off")
		.prefault("1h")
		.describe(
			"How long an Idempotency-Key makes an increment safe to repeat; 0 is off.",
		)
		.meta({ examples: ["24h", 0] }),
	writeLog: whole(0, 100_000)
		.default(1_000)
		.describe("Write events kept for /global/writes; 0 is none.")
		.meta({ examples: [100, 0] }),
};

/** The keys of `defaults`: each alone must be right. */
export const shared: SettingsShape = shape;

/** The same keys in a namespace: they must also fit together. */
export const settings: SettingsShape = {
	...shape,
	rateLimit,
	increment: withDefaults(
		range
			.refine(({ min, max }) => min <= max, {
				error: `must have a \`min\` (${defaultMin} if not written) that is not above its \`max\` (${defaultMax} if not written)`,
			})
			.refine(
				({ min, max }) => min !== 0 || max !== 0,
				"must allow more than an increment of 0",
			),
	),
};

function withDefaults<T>(increment: z.ZodType<T>): z.ZodType<T> {
	return increment
		.prefault({})
		.describe("How much one increment may add: whole numbers.")
		.meta({ examples: [{ min: -1, max: 1 }] });
}
