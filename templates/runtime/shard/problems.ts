import type { Refusal } from "../problem.ts";
import type { CounterSettings } from "../settings.ts";

/** Requests that may wait for a commit or a registration; more are refused. */
export const MAX_WAITING_REQUESTS = 10_000;

/** More waits, or is held, than a shard may have in memory. */
export const shardFull: Refusal = {
	problem: {
		code: "shard-full",
		status: 503,
		title: "The shard cannot take more at the moment",
		detail: "Nothing was counted; try again in a second",
		retryAfter: 1,
	},
};

/** The names of a request could not be registered. */
export const unregistered: Refusal = {
	problem: {
		code: "global-unreachable",
		status: 503,
		title: "The global object does not answer",
		detail:
			"It must make room for a new counter first, so nothing was counted; counters that are known go on counting. Try again in a few seconds",
		retryAfter: 5,
	},
};

/** `maxCounters` leaves no room for these names. */
export function tooMany(
	{ maxCounters }: CounterSettings,
	names: readonly string[],
): Refusal {
	return {
		problem: {
			code: "too-many-counters",
			status: 429,
			title: "There is no room for another counter",
			detail: `There are ${maxCounters} counters, as many as maxCounters allows; nothing was counted. No room for ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`,
		},
	};
}
