import type { Host } from "./host.ts";

/** Time that another object may take to answer. */
export const RPC_TIMEOUT_MS = 10_000;

/**
 * Waits for a call, but not for ever: one that never settles would hold up
 * everything that queues behind it. What is given up may still take effect.
 *
 * @throws what the call throws, or an error after `ms` milliseconds
 */
export async function withDeadline<T>(
	host: Pick<Host, "wait">,
	call: Promise<T>,
	ms: number = RPC_TIMEOUT_MS,
): Promise<T> {
	const settled = new AbortController();
	const tooLate = host.wait(ms, settled.signal).then(() => {
		throw new Error(`no answer within ${ms} ms`);
	});
	try {
		return await Promise.race([call, tooLate]);
	} finally {
		settled.abort();
	}
}
