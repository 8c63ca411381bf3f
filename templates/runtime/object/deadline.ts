import type { World } from "./alarm.ts";

/** How long another object may take to answer; milliseconds. */
export const PATIENCE = 10_000;

/**
 * Waits for a call, but not for ever: one that never settles would hold up
 * everything that queues behind it. What is given up may still take effect.
 *
 * @throws what the call throws, or an error after `ms` milliseconds
 */
export async function withDeadline<T>(
	world: Pick<World, "wait">,
	call: Promise<T>,
	ms: number = PATIENCE,
): Promise<T> {
	const settled = new AbortController();
	const tooLate = world.wait(ms, settled.signal).then(() => {
		throw new Error(`no answer within ${ms} ms`);
	});
	try {
		return await Promise.race([call, tooLate]);
	} finally {
		settled.abort();
	}
}
