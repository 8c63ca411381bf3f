import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { Attempt } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import { keysAreOn } from "./settings.ts";
import { clockOf } from "./troubles.ts";

/** A call of a client, and how it was answered. */
export interface Asked {
	to: string;
	method: string;
	begin: number;
	/** Moment at which it was answered, or given up. */
	end: number;
	/** The code of a refusal, or that no answer came. */
	code?: string;
	/** Objects that a refusal names. */
	named?: readonly string[];
}

/** Time that a round of all shards may take; milliseconds. */
const ROUND_MS = 20_000;

/** Different questions that must wait before one is refused. */
const MOST_QUESTIONS = 16;

/**
 * Reports refusals that blame something out of reach without reason: nothing had
 * gone wrong with it, nor does the load explain them.
 */
export function judgeAnswers(
	cluster: Cluster,
	asked: readonly Asked[],
	attempts: readonly Attempt[],
	settings: readonly CounterSettings[],
): void {
	const areOff = settings.some((one) => !keysAreOn(one));
	for (const one of asked)
		if (!isExplained(cluster, one, asked))
			cluster.report(
				`${one.to}.${one.method} from ${one.begin} to ${one.end} answered ${one.code}, though nothing was out of reach`,
			);
	for (const attempt of attempts) {
		if (attempt.code === "idempotency-off" && !areOff)
			cluster.report(`key ${attempt.key} was refused, though no code does so`);
		if (
			attempt.code === "idempotency-key-unsettled" &&
			!isUnsettled(cluster, attempt, attempts)
		)
			cluster.report(
				`key ${attempt.key} was unsettled from ${attempt.begin} to ${attempt.end} without a reason`,
			);
	}
}

function isExplained(
	{ troubles }: Cluster,
	{ to, method, code, named = [], begin, end }: Asked,
	asked: readonly Asked[],
): boolean {
	const because = (...who: string[]) => troubles.explain(who, begin, end);
	switch (code) {
		case "no answer":
			// A shard that drains calls the global object.
			return method === "drain" ? because(to, "global") : because(to);
		case "shard-unreachable":
			// The round of a drain goes by way of the global object, too.
			return named.every((shard) => because(shard, "global"));
		case "global-unreachable":
			return because(to, "global");
		case "kv-unavailable":
			// Or the publication could not be noted.
			return because("kv", "global");
		case "kv-page-gone":
			return because(...named);
		case "limit-unsettled":
		case "limit-outstanding": {
			// It may share the answer of a round that was under way.
			const since = begin - ROUND_MS;
			return (
				troubles.explain(["global", to], since, end) ||
				(named.length > 0 && troubles.explain(named, since, end)) ||
				isContended(asked, since, end)
			);
		}
		case "busy":
			return (
				asked.filter(
					(other) =>
						other.to === "global" && other.begin < end && other.end > begin,
				).length > MOST_QUESTIONS
			);
		// No schedule counts as much as that.
		case "shard-full":
		case "too-much-held":
			return false;
		default:
			return true;
	}
}

/** Tells whether others counted, or changed bounds, at the same time. */
function isContended(
	asked: readonly Asked[],
	begin: number,
	end: number,
): boolean {
	const others = asked.filter(
		(other) =>
			["increment", "reset", "setLimit", "dropLimit"].includes(other.method) &&
			other.begin < end &&
			other.end > begin,
	);
	// It is one of them itself.
	return others.length > 1;
}

/**
 * Another shard was out of reach, the same key was under way elsewhere, or by
 * the shard's clock the request took too long.
 */
function isUnsettled(
	{ troubles, objects }: Cluster,
	{ key, begin, end = Infinity }: Attempt,
	attempts: readonly Attempt[],
): boolean {
	const isRival = attempts.some(
		(other) =>
			other.key === key &&
			other.begin !== begin &&
			other.begin < end &&
			(other.end ?? Infinity) > begin,
	);
	const names = [...objects.keys()];
	const who = [...names, ...names.map(clockOf)];
	return isRival || troubles.explain(who, begin, end);
}
