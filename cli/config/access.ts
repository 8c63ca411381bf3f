import * as z from "zod";
import { section, whole } from "./values.ts";

/** Who may call which routes of a namespace. */
export interface Access {
	increment: "public" | "token";
	/** Reads from KV; any other is for `admin`. */
	read: "public" | "token";
	/** "none" asks nobody for anything. */
	admin: "token" | "none";
}

/** How many increments one client address may send. */
export interface RateLimit {
	/** Requests in one period. */
	limit: number;
	/** Seconds. */
	period: 10 | 60;
}

const who = () => z.enum(["public", "token"], "must be public or token");

export const access: z.ZodType<Access> = section({
	increment: who()
		.default("public")
		.describe("Who may count: everyone, or who sends COUNTER_TOKEN.")
		.meta({ examples: ["token"] }),
	read: who()
		.default("public")
		.describe(
			"Who may read totals from KV: everyone, or who sends COUNTER_TOKEN.",
		)
		.meta({ examples: ["token"] }),
	admin: z
		.enum(["token", "none"], "must be token or none")
		.default("token")
		.describe(
			"Who may reset and look inside: who sends COUNTER_ADMIN_TOKEN or, with none, everyone.",
		)
		.meta({ examples: ["token"] }),
})
	.prefault({})
	.describe("Who may call which routes: everyone, or the holder of a token.");

const limit = whole(1, 1_000_000);
const periodError = "must be 10 or 60 (seconds)";

const parts = section({
	limit: limit
		.exactOptional()
		.describe("Requests in one period.")
		.meta({ examples: [100] }),
	period: z
		.literal([10, 60], periodError)
		.exactOptional()
		.describe("Seconds.")
		.meta({ examples: [60] }),
});

const about =
	"How many increments one client address may send, for each Cloudflare location; default: any number.";

/** In `defaults`, where one of the two may stand alone. */
export const sharedRateLimit: z.ZodType<RateLimit | undefined> = parts
	.transform((some) => some as RateLimit)
	.optional()
	.describe(about);

/** In a namespace, once `defaults` are merged in. */
export const rateLimit: z.ZodType<RateLimit | undefined> = parts
	.superRefine((some, context) => {
		for (const [key, message] of [
			["limit", limit.safeParse(undefined).error?.issues[0]?.message ?? ""],
			["period", periodError],
		] as const)
			if (some[key] === undefined)
				context.addIssue({ code: "custom", path: [key], message });
	})
	.transform((both) => both as RateLimit)
	.optional()
	.describe(about);
