import type {
	IncrementRequest,
	Operation,
	ResetRequest,
} from "../../cli/load/history.ts";

/** Before everything. */
const NEVER = -1;

/** The history as the reads between two such losses see it. */
export interface Era {
	history: Operation[];
	/** The loss that it begins with; none at first. */
	lostAt: number;
	isLast: boolean;
}

/**
 * Divides a history by the moments at which the global object lost its disk.
 *
 * What had begun by then may be missing from then on. It may also come back, at
 * any time and in part: shards bring what they hold, and what they had not noted
 * as applied; and messages are late. What begins later counts as always.
 */
export function erasOf(
	history: readonly Operation[],
	lostAt: readonly number[],
): Era[] {
	const bounds = [NEVER, ...lostAt];
	return bounds.map((from, n) => {
		const to = bounds[n + 1] ?? Infinity;
		const begun = keysBegun(history, from);
		return {
			lostAt: from,
			isLast: to === Infinity,
			history: [
				...(from === NEVER ? [] : [loss(from)]),
				...history.flatMap((one): Operation[] => {
					if (one.kind === "read")
						return one.end >= from && one.end < to ? [one] : [];
					if (one.begin >= from && !isBegun(one, begun)) return [one];
					// Drops an earlier reset: the counts that it took may come back, and it takes no more.
					if (one.kind === "reset" && (one.end ?? Infinity) < from) return [];
					return [unsettled(one)];
				}),
			],
		};
	});
}

/** The keys of increments that began before a moment. */
function keysBegun(
	history: readonly Operation[],
	before: number,
): ReadonlySet<string> {
	return new Set(
		history.flatMap((one) =>
			one.kind === "increment" && one.key !== undefined && one.begin < before
				? [one.key]
				: [],
		),
	);
}

function isBegun(
	one: IncrementRequest | ResetRequest,
	begun: ReadonlySet<string>,
): boolean {
	return (
		one.kind === "increment" && one.key !== undefined && begun.has(one.key)
	);
}

/** Unsettles what began before a loss: nobody knows whether it is there. */
function unsettled(
	one: IncrementRequest | ResetRequest,
): IncrementRequest | ResetRequest {
	return one.outcome === "refused" ? one : { ...one, outcome: "indeterminate" };
}

/**
 * A loss takes what was there as a reset would, but only here and there, and KV
 * goes on to have it until something is published.
 */
function loss(at: number): ResetRequest {
	return {
		kind: "reset",
		begin: NEVER,
		end: at,
		outcome: "acknowledged",
		published: false,
	};
}
