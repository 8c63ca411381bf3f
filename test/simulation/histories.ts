import type { Operation, ResetRequest } from "../../cli/load/history.ts";
import type { Isolate } from "./isolates.ts";
import { ELSEWHERE_MS } from "./kv-places.ts";

/** For how long an isolate may answer KV reads from memory; milliseconds. */
export const REMEMBERED_MS = 1_000;

/** History as one isolate saw it in one key of KV, with all that was not read of KV. */
interface Seen {
	history: Operation[];
	/** It reads another place's copies. */
	isElsewhere: boolean;
}

/**
 * The history as each isolate saw it in each key of KV. After a change of the
 * prefix one key may be behind another; places may differ, and isolates for a
 * second; and a reset is seen later where it was not made.
 */
export function historiesOf(
	history: readonly Operation[],
	kvReads: ReadonlyMap<Operation, { isolate: Isolate; key: string }>,
	resets: ReadonlyMap<Operation, Isolate>,
): Seen[] {
	const readers = new Map(
		[...kvReads.values()].map((one) => [`${one.isolate.name} ${one.key}`, one]),
	);
	if (readers.size === 0)
		return [{ history: [...history], isElsewhere: false }];
	return [...readers.values()].map(({ isolate, key }) => {
		const isElsewhere = isolate.place > 0;
		const delay = (isElsewhere ? ELSEWHERE_MS : 0) + REMEMBERED_MS;
		return {
			isElsewhere,
			history: history
				.filter((one) => {
					const read = kvReads.get(one);
					return !read || (read.isolate === isolate && read.key === key);
				})
				.map((one) =>
					one.kind === "reset" && (isElsewhere || resets.get(one) !== isolate)
						? later(one, delay)
						: one,
				),
		};
	});
}

function later(reset: ResetRequest, ms: number): ResetRequest {
	return reset.end === undefined ? reset : { ...reset, end: reset.end + ms };
}
