import type { World } from "./alarm.ts";
import { PATIENCE, withDeadline } from "./deadline.ts";
import { errorText } from "./log.ts";
import type { Refusal } from "./problem.ts";

/** A shard that drains may have to wait for two calls of its own. */
const DRAIN_PATIENCE = 3 * PATIENCE;

/** What shards answered, in their order, and those that did not. */
export interface Asked<T> {
	answers: [shard: number, answer: T][];
	unreachable: string[];
}

/**
 * Asks all shards at once.
 *
 * @param shards those that have counted: each registers before it first does,
 * whichever code or shard count brought it
 */
export async function everyShard<T>(
	world: World,
	shards: readonly number[],
	ask: (shard: number) => Promise<T>,
): Promise<Asked<T>> {
	const unreachable: string[] = [];
	const answers = await Promise.all(
		shards.map(async (shard): Promise<[number, T][]> => {
			const answer = ask(shard);
			try {
				return [[shard, await withDeadline(world, answer, DRAIN_PATIENCE)]];
			} catch (error) {
				unreachable.push(`shard${shard}`);
				world.log("warn", "shard-unreachable", {
					shard,
					error: errorText(error),
				});
				return [];
			}
		}),
	);
	return { answers: answers.flat(), unreachable };
}

/** What a caller is told who needs an answer of every shard. */
export function lost(shards: readonly string[]): Refusal["problem"] {
	return {
		code: "shard-unreachable",
		status: 503,
		title: "A shard could not be reached",
		detail: `No answer from ${shards.join(", ")}; nothing was changed. Try again in a few seconds`,
		retryAfter: 5,
	};
}
