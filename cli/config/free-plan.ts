import type { Place } from "../errors.ts";
import { formatDuration } from "./duration.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Config, Namespace } from "./schema.ts";

/**
 * KV writes a day on the free plan.
 * https://developers.cloudflare.com/kv/platform/limits/
 */
const FREE_WRITES_PER_DAY = 1_000;

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

/**
 * Warns of publications that, steady, use up a day's writes of the free plan in
 * an hour.
 */
export function* kvFreeTier(
	namespace: Namespace,
	config: Config,
	placeOf: (path: readonly string[]) => Place,
): Generator<ConfigProblem> {
	if (!usesUpInAnHour(namespace)) return;
	const { key, globalWriteToKVAfter: after } = namespace;
	const minutes = Math.ceil((FREE_WRITES_PER_DAY * after) / MINUTE_MS);
	const { timed, lasting } = lastingAll(config);
	yield {
		code: "kv-free-tier",
		what: `with steady traffic, \`${key}\` would write to KV ${count(Math.round(DAY_MS / after))} times a day`,
		why: `the free plan takes ${count(FREE_WRITES_PER_DAY)}: they are used up within ${formatDuration(minutes * MINUTE_MS)}, and for the rest of the day reads show old totals`,
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
	const writesPerDay = config.namespaces
		.filter(({ globalWriteToKVAfter: after }) => after > 0)
		.map(({ globalWriteToKVAfter: after }) => DAY_MS / after)
		.reduce((sum, one) => sum + one, 0);
	if (writesPerDay <= FREE_WRITES_PER_DAY) return undefined;
	const minutes = Math.ceil(
		(FREE_WRITES_PER_DAY / writesPerDay) * (DAY_MS / MINUTE_MS),
	);
	const { timed, lasting } = lastingAll(config);
	return `On the Free plan, steady traffic uses up the ${count(FREE_WRITES_PER_DAY)} KV writes of a day in ${minutes} minutes. To make them last, set \`globalWriteToKVAfter: ${lasting}\`${timed > 1 ? " in each namespace" : ""}.`;
}

function usesUpInAnHour({ globalWriteToKVAfter: after }: Namespace): boolean {
	return after > 0 && HOUR_MS / after > FREE_WRITES_PER_DAY;
}

/** Finds the shortest timer, in whole seconds, with which the writes last a day. */
function lastingAll({ namespaces }: Config): {
	timed: number;
	lasting: string;
} {
	const timed = namespaces.filter((one) => one.globalWriteToKVAfter > 0).length;
	const seconds = Math.ceil((timed * DAY_MS) / FREE_WRITES_PER_DAY / 1_000);
	return { timed, lasting: formatDuration(seconds * 1_000) };
}

function count(number: number): string {
	return number.toLocaleString("en");
}
