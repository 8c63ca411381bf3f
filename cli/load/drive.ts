import { performance } from "node:perf_hooks";
import { Pool } from "undici";
import { refusedByServer } from "./problem.ts";
import { type Outcome, send } from "./send.ts";
import { Tally } from "./tally.ts";
import type { Target } from "./target.ts";
import { authorization } from "./token.ts";

/** What to send. All numbers are whole; `by` is not 0. */
export interface Plan {
	counter: string;
	requests: number;
	/** Requests under way at a time, each on a connection of its own. */
	concurrency: number;
	by: number;
}

export interface DriveOptions {
	token: string | undefined;
	/** Once aborted, nothing more is sent and what is under way is given up. */
	signal: AbortSignal;
	timeoutMs: number;
	/** Called about four times a second. */
	onProgress?: (tally: Tally) => void;
}

/**
 * Sends the increments of `plan` to `target` and counts what became of them.
 * Sends none twice. The first goes alone: if the Worker refuses that, it is a
 * `CounterGenError` in place of thousands of refusals.
 */
export async function drive(
	target: Target,
	plan: Plan,
	{ token, signal, timeoutMs, onProgress }: DriveOptions,
): Promise<Tally> {
	const tally = new Tally();
	const shot = {
		path: `${target.prefix}/increment/${encodeURIComponent(plan.counter)}?by=${plan.by}`,
		headers: authorization(token),
		timeoutMs,
		token,
	};
	const pool = new Pool(target.origin, {
		connections: plan.concurrency,
		pipelining: 1,
		connectTimeout: timeoutMs,
	});
	const stop = () => void pool.destroy(new Error("interrupted"));
	signal.addEventListener("abort", stop);

	let left = plan.requests;
	async function shoot(): Promise<Outcome> {
		left--;
		const from = performance.now();
		const outcome = await send(pool, shot);
		tally.record(outcome, performance.now() - from);
		return outcome;
	}
	async function loop(): Promise<void> {
		while (left > 0 && !signal.aborted) await shoot();
	}

	const begun = performance.now();
	const clock = () => {
		tally.seconds = (performance.now() - begun) / 1000;
	};
	const beat = setInterval(() => {
		clock();
		onProgress?.(tally);
	}, 250);
	try {
		if (!signal.aborted) failOnRefusal(`POST ${target.url}`, await shoot());
		await Promise.all(Array.from({ length: plan.concurrency }, loop));
	} finally {
		clock();
		clearInterval(beat);
		signal.removeEventListener("abort", stop);
		await pool.destroy();
	}
	return tally;
}

function failOnRefusal(call: string, outcome: Outcome): void {
	if (outcome.kind === "acknowledged") return;
	const { kind, status, problem } = outcome;
	// 503 is how a Worker says that a secret of its own is missing.
	if (status && problem && (kind === "refused" || status === 503))
		throw refusedByServer(call, status, problem);
}
