import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { authorization } from "../client/client.ts";
import { refusedByServer } from "../client/problem.ts";
import { Lane, type Outcome, type Shot } from "./lane.ts";
import { fixLoad } from "./plan.ts";
import { type Pace, Schedule } from "./schedule.ts";
import { Tally } from "./tally.ts";

export interface DriveOptions {
	/** Sent with every request, and never part of an outcome. */
	token?: string | undefined;
	/** Once aborted, nothing more is sent and what is under way is given up. */
	signal: AbortSignal;
	/** For one request, to the end of its answer. */
	timeoutMs: number;
	/** Called with the outcome of the n-th shot. */
	onAnswer?: (n: number, outcome: Outcome, ms: number) => void;
	/** Called about four times a second. */
	onProgress?: (tally: Tally) => void;
}

/**
 * Sends the shots of `next` for n = 0, 1, … to `origin` and counts the
 * outcomes. Sends nothing twice. Sends the first by itself: if the server
 * refuses that, it is a `CounterGenError` in place of thousands of refusals.
 *
 * With a rate, latency counts from when a request should have started. Else a
 * server that stalls would hold back the very requests that would show it:
 * "coordinated omission", see https://github.com/giltene/wrk2. As there, timers
 * make such latencies a millisecond or two too long, but never too short.
 */
export async function drive(
	origin: string,
	next: (n: number) => Shot,
	pace: Pace,
	{ token, signal, timeoutMs, onAnswer, onProgress }: DriveOptions,
): Promise<Tally> {
	const tally = new Tally();
	const always = authorization(token);
	const lanes = Array.from(
		{ length: pace.concurrency },
		() => new Lane(origin, timeoutMs, token),
	);
	const close = (why: string) =>
		Promise.all(lanes.map((lane) => lane.close(new Error(why))));
	const stop = () => void close("interrupted");
	signal.addEventListener("abort", stop);

	async function send(lane: Lane, n: number, from: number): Promise<void> {
		const shot = next(n);
		const headers = shot.headers ? { ...always, ...shot.headers } : always;
		const outcome = await lane.send({ ...shot, headers });
		const ms = performance.now() - from;
		tally.record(outcome, ms);
		onAnswer?.(n, outcome, ms);
		if (n === 0) failOnRefusal(`${shot.method} ${origin}${shot.path}`, outcome);
	}
	async function work(lane: Lane, schedule: Schedule): Promise<void> {
		for (let turn = schedule.take(); turn; turn = schedule.take()) {
			const early = turn.due - performance.now();
			if (early > 0) await sleep(early, undefined, { signal }).catch(() => {});
			if (signal.aborted) return;
			// A timer may fire a little early.
			const from = Math.min(turn.due, performance.now());
			await send(lane, turn.n, from);
		}
	}

	const begun = performance.now();
	const clock = () => {
		tally.seconds = (performance.now() - begun) / 1000;
	};
	const beat = setInterval(() => {
		clock();
		for (const lane of lanes) lane.giveUp(performance.now() - timeoutMs);
		onProgress?.(tally);
	}, 250);
	try {
		const [first] = lanes;
		if (first && !signal.aborted) await send(first, 0, begun);
		const schedule = new Schedule(pace, 1);
		await Promise.all(lanes.map((lane) => work(lane, schedule)));
	} finally {
		clock();
		clearInterval(beat);
		signal.removeEventListener("abort", stop);
		await close("done");
	}
	return tally;
}

function failOnRefusal(call: string, outcome: Outcome): void {
	if (outcome.kind === "acknowledged" || outcome.isAtLimit) return;
	const { kind, status, problem } = outcome;
	// 503 reports that a secret of the Worker's own is missing.
	if (status && problem && (kind === "refused" || status === 503))
		throw refusedByServer(call, status, problem, fixLoad);
}
