import type { Read } from "../client/pages.ts";
import type { Target } from "../client/target.ts";
import type { Io } from "../io.ts";
import type { Reporter } from "../ui/reporter.ts";
import { CounterApi } from "./api.ts";
import { settledTotals } from "./baseline.ts";
import { measureCeiling } from "./ceiling.ts";
import { drive } from "./drive.ts";
import { countersOf, type Plan, shotsOf } from "./plan.ts";
import { Progress, waitLine } from "./progress.ts";
import { Tally } from "./tally.ts";
import { type Verification, verify } from "./verify.ts";
import type { WatchTimes } from "./watch.ts";

export interface Limits extends WatchTimes {
	/** For one request. */
	timeoutMs: number;
}

export const defaultLimits: Limits = {
	timeoutMs: 30_000,
	pollMs: 250,
	settleMs: 1000,
	giveUpMs: 60_000,
};

export interface LoadOptions {
	/** Token of every request. */
	token: string | undefined;
	/** Set if that is the admin token. */
	admin: boolean;
	/** The total to verify. */
	read: Read;
	limits: Limits;
	/** Its signal ends the run early, with what is known by then. */
	io: Io;
}

/** A run as it ended. */
export interface Run {
	url: string;
	plan: Plan;
	tally: Tally;
	/** Requests a second that the driver is good for, if that is known. */
	ceiling: number | undefined;
	/** Undefined if nothing was acknowledged, or the run was interrupted. */
	verification: Verification | undefined;
	interrupted: boolean;
}

/** A shorter run is not worth measuring the driver for. */
const SHORT_SECONDS = 1;

/**
 * Reads the total, sends the increments, and waits until exactly those that
 * were acknowledged have arrived.
 */
export async function loadTest(
	target: Target,
	plan: Plan,
	{ token, admin: isAdmin, read, limits, io }: LoadOptions,
	report: Reporter,
): Promise<Run> {
	const { pace, by } = plan;
	const { signal } = io;
	const counters = countersOf(plan);
	const shots = shotsOf(plan, target.prefix);
	const progress = new Progress(pace);
	const admin = isAdmin || read !== "kv";
	const api = new CounterApi(target, token, signal, limits.timeoutMs);
	let tally = new Tally();
	let ceiling: number | undefined;
	let verification: Verification | undefined;
	try {
		await api.preflight();
		if (!admin)
			report.info(
				"no admin token: only KV can be read, and counts made by others or shortly before can disturb the verification; COUNTER_ADMIN_TOKEN settles that",
			);
		const before = admin
			? await settledTotals(api, counters, read, limits, signal)
			: await api.totals(counters, read);

		tally = await drive(target.origin, shots, pace, {
			token,
			signal,
			timeoutMs: limits.timeoutMs,
			onAnswer: (_, outcome, ms) => progress.record(outcome, ms),
			onProgress: (now) => report.progress(progress.line(now)),
		});
		const { acknowledged, indeterminate } = tally;
		if (acknowledged > 0 && tally.seconds >= SHORT_SECONDS && !signal.aborted) {
			report.progress("measuring the driver against an empty Worker");
			const { concurrency } = pace;
			const { timeoutMs } = limits;
			ceiling = await measureCeiling(shots, concurrency, timeoutMs, io);
		}
		if (acknowledged > 0)
			verification = await verify(api, {
				counters,
				before,
				sent: { acknowledged, indeterminate, by },
				read,
				admin,
				times: limits,
				signal,
				onWait: (rise) =>
					report.progress(waitLine(read, rise, acknowledged * by)),
			});
	} catch (error) {
		// Once interrupted, what is under way fails: that is no news.
		if (!signal.aborted) throw error;
	} finally {
		await api.close();
	}
	const interrupted = signal.aborted;
	return { url: target.url, plan, tally, ceiling, verification, interrupted };
}
