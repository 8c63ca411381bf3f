import type { Problem, Refusal } from "../problem.ts";
import type { Limits } from "./contract.ts";

/** Loans could not be settled in time. */
export function unsettled(outstanding: readonly string[] = []): Refusal {
	return {
		problem: {
			code: "limit-unsettled",
			status: 503,
			title: "It could not be settled how much is left",
			detail:
				outstanding.length > 0
					? `No answer from ${outstanding.join(", ")}, which may hold a part of what is left; nothing was counted. Try again in a few seconds`
					: "Others asked for the same at the same time; nothing was counted. Try again in a second",
			retryAfter: outstanding.length > 0 ? 5 : 1,
			...(outstanding.length > 0 && { extra: { outstanding } }),
		},
	};
}

/** Bounds are kept, and shards may still count past them. */
export function outstanding(shards: readonly string[]): Refusal {
	return {
		problem: {
			code: "limit-outstanding",
			status: 503,
			title: "The bound does not hold yet",
			detail: `It is kept, and no more is lent beyond it. But ${shards.join(", ")} did not answer, and may still count against what was lent before. Send it again to learn that it holds`,
			retryAfter: 5,
			extra: { outstanding: shards },
		},
	};
}

/** A request that would pass a bound. */
export interface Passing {
	counter: string;
	by: number;
	limits: Limits;
	/** The part of it that would fit. */
	remaining: number;
	/** No total that bounds allow leaves room for it. */
	isNever: boolean;
	/** End of the period, and so long until then; milliseconds. */
	end: number | null;
	now: number;
}

/** Refuses what would pass a bound. */
export function passing({
	counter,
	by,
	limits,
	remaining,
	isNever,
	end,
	now,
}: Passing): Refusal {
	const [side, bound] =
		by > 0 ? ["highest", limits.max] : ["lowest", limits.min];
	const facts = `${by} is more than ${JSON.stringify(counter)} has left: ${remaining} until ${bound}, the ${side} that is allowed`;
	const extra = { counter, ...limits, remaining };
	if (isNever || end === null)
		return refusal(
			"limit-reached",
			409,
			`${facts}${isNever ? "; no total leaves room for so much" : ""}. Nothing was counted`,
			{ extra },
		);
	const resetsAt = new Date(end).toISOString();
	return refusal(
		"quota-reached",
		429,
		`${facts}. Nothing was counted; it begins anew at ${resetsAt}`,
		{
			extra: { ...extra, resetsAt },
			retryAfter: Math.max(1, Math.ceil((end - now) / 1_000)),
		},
	);
}

function refusal(
	code: Problem["code"],
	status: Problem["status"],
	detail: string,
	more: Pick<Problem, "extra" | "retryAfter">,
): Refusal {
	const title = "The bound of this counter is reached";
	return { problem: { code, status, title, detail, ...more } };
}
