import { expect } from "vitest";
import type { LossyProxy } from "./lossy-proxy.ts";

/** Time in which the client gathers counts for one request, less what a timer may be early. */
const GATHER_MS = 50 - 2;

/**
 * Expects that a client sent one request each 50 ms at the most, however long
 * its machine took, one more to flush, and again what got no answer.
 *
 * @param tookMs from its first count until all were counted
 */
export function expectGathered(
	{ requests, lost }: Pick<LossyProxy, "requests" | "lost">,
	tookMs: number,
): void {
	expect(requests - lost).toBeLessThanOrEqual(tookMs / GATHER_MS + 2);
}
