import { waitUntil } from "cloudflare:workers";
import type { Context } from "hono";
import { dueAt } from "../object/clock.ts";
import { globalObject } from "../rpc.ts";
import type { CounterSettings } from "../settings.ts";
import { expected } from "./errors.ts";

/** Time that refusals are gathered for before they are reported. */
const GATHER_MS = 10_000;

/** Wraps a handler, or what guards handlers. */
type Wrap = <Args extends [Context, ...unknown[]], Answer>(
	handle: (...args: Args) => Promise<Answer>,
) => (...args: Args) => Promise<Answer>;

/**
 * Counts in the isolate what the wrapped handlers refuse, and reports it to the
 * namespace's global object: in one call in 10 seconds however much is refused,
 * or refusals could be used to load it. What succeeds waits for nothing more.
 */
export function refusalTally(
	counter: CounterSettings,
	gatherMs: number = GATHER_MS,
): Wrap {
	const tally = new Map<string, number>();
	// Keeps a moment, not a flag: the platform may drop the request that reports.
	let reportedAt = Number.NEGATIVE_INFINITY;

	const add = (code: string, requests: number) =>
		tally.set(code, (tally.get(code) ?? 0) + requests);

	async function report(env: object): Promise<void> {
		await scheduler.wait(gatherMs);
		if (tally.size === 0) return;
		const counts = Object.fromEntries(tally);
		tally.clear();
		try {
			await globalObject(counter, env).refused(counts);
		} catch {
			for (const [code, requests] of Object.entries(counts))
				add(code, requests);
		}
	}

	function refused(c: Context, error: unknown): void {
		add(expected(error)?.code ?? "internal-error", 1);
		const now = Date.now();
		if (dueAt(reportedAt, gatherMs, now) > now) return;
		reportedAt = now;
		waitUntil(report(c.env));
	}

	return (handle) =>
		(...args) => {
			const answer = handle(...args);
			answer.catch((error) => refused(args[0], error));
			return answer;
		};
}
