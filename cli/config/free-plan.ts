import type { Place } from "../errors.ts";
import { FREE } from "../planner/prices.ts";
import { writesADay } from "../planner/usage.ts";
import { formatDuration } from "./duration.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Config, Namespace } from "./schema.ts";

const FREE_WRITES_PER_DAY = FREE.kvWrites.limit;
const FREE_REQUESTS_PER_DAY = FREE.workerRequests.limit;

const [MINUTE_MS, DAY_MS] = [60_000, 86_400_000];
const MINUTES_PER_DAY = 1_440;
const HOURS_PER_DAY = 24;

/**
 * Warns of publications that use up a day's writes of the free plan in an hour, with
 * no more requests than that plan takes.
 */
export function* kvFreeTier(
	namespace: Namespace,
	config: Config,
	placeOf: (path: readonly string[]) => Place,
): Generator<ConfigProblem> {
	if (!usesUpInAnHour(namespace)) return;
	const { key } = namespace;
	const writes = writesADay(namespace, FREE_REQUESTS_PER_DAY);
	const { timed, lasting } = lastingAll(config);
	yield {
		code: "kv-free-tier",
		what: `with the ${count(FREE_REQUESTS_PER_DAY)} requests a day that the free plan takes, \`${key}\` would write to KV ${count(Math.round(writes))} times`,
		why: `the free plan takes ${count(FREE_WRITES_PER_DAY)} writes: they are used up within ${formatDuration(minutesOf(writes) * MINUTE_MS)}, and for the rest of the day reads show old totals`,
		fix: `on the free plan, set \`globalWriteToKVAfter\` to at least ${lasting}${timed > 1 ? " in each namespace" : ""}`,
		where: placeOf(["namespaces", key, "globalWriteToKVAfter"]),
	};
}

/**
 * Says how long the free plan's writes last, where that is less than a day and
 * nothing to warn of: on the paid plan the defaults are right.
 */
export function freePlanNote(config: Config): string | undefined {
	if (config.namespaces.some(usesUpInAnHour)) return undefined;
	const timed = config.namespaces.filter(isTimed);
	const requests = FREE_REQUESTS_PER_DAY / timed.length;
	const writes = timed.reduce((sum, one) => sum + writesADay(one, requests), 0);
	if (writes <= FREE_WRITES_PER_DAY) return undefined;
	const { lasting } = lastingAll(config);
	return `On the Free plan, its ${count(FREE_REQUESTS_PER_DAY)} requests of a day use up the ${count(FREE_WRITES_PER_DAY)} KV writes in ${minutesOf(writes)} minutes, evenly spread. To make them last, set \`globalWriteToKVAfter: ${lasting}\`${timed.length > 1 ? " in each namespace" : ""}.`;
}

function isTimed({ globalWriteToKVAfter: after }: Namespace): boolean {
	return after > 0;
}

function usesUpInAnHour(namespace: Namespace): boolean {
	return (
		isTimed(namespace) &&
		writesADay(namespace, FREE_REQUESTS_PER_DAY) >
			HOURS_PER_DAY * FREE_WRITES_PER_DAY
	);
}

/** Minutes until the writes of a day are used up. */
function minutesOf(writes: number): number {
	return Math.ceil((FREE_WRITES_PER_DAY / writes) * MINUTES_PER_DAY);
}

/** Finds the shortest timer, in whole seconds, with which the writes last a day. */
function lastingAll({ namespaces }: Config): {
	timed: number;
	lasting: string;
} {
	const timed = namespaces.filter(isTimed).length;
	const seconds = Math.ceil((timed * DAY_MS) / FREE_WRITES_PER_DAY / 1_000);
	return { timed, lasting: formatDuration(seconds * 1_000) };
}

function count(number: number): string {
	return number.toLocaleString("en");
}
