import type { Reporter } from "../ui/reporter.ts";
import { CounterApi, type Read } from "./api.ts";
import { settledTotal } from "./baseline.ts";
import { drive } from "./drive.ts";
import { type Plan, shotsOf } from "./plan.ts";
import { driveLine, waitLine } from "./progress.ts";
import { Tally } from "./tally.ts";
import type { Target } from "./target.ts";
import { type Verification, verify } from "./verify.ts";
import type { Patience } from "./watch.ts";

export interface Limits extends Patience {
	/** For one request, in milliseconds. */
	timeoutMs: number;
}

export const defaultLimits: Limits = {
	timeoutMs: 30_000,
	pollMs: 250,
	settleMs: 1000,
	patienceMs: 60_000,
};

export interface LoadOptions {
	token: string | undefined;
	/** Which total is verified. */
	read: Read;
	limits: Limits;
	/** Ends the run early, with what is known by then. */
	signal: AbortSignal;
}

/** A run as it ended. */
export interface Run {
	url: string;
	plan: Plan;
	tally: Tally;
	/** Undefined if nothing was acknowledged, or the run was interrupted. */
	verification: Verification | undefined;
	interrupted: boolean;
}

/**
 * Reads the total, sends the increments, and waits until exactly those that
 * were acknowledged have arrived.
 */
export async function loadTest(
	target: Target,
	plan: Plan,
	{ token, read, limits, signal }: LoadOptions,
	report: Reporter,
): Promise<Run> {
	const { counter, by } = plan;
	const admin = token !== undefined || read !== "kv";
	const api = new CounterApi(target, token, signal, limits.timeoutMs);
	let tally = new Tally();
	let verification: Verification | undefined;
	try {
		await api.preflight();
		if (!admin)
			report.info(
				"no admin token: only KV can be read, and counts made by others or shortly before can disturb the verification; COUNTER_ADMIN_TOKEN settles that",
			);
		const before = admin
			? await settledTotal(api, counter, read, limits, signal)
			: await api.total(counter, read);

		tally = await drive(target.origin, shotsOf(plan, target), plan, {
			token,
			signal,
			timeoutMs: limits.timeoutMs,
			onProgress: (now) => report.progress(driveLine(now, plan)),
		});
		const { acknowledged, indeterminate } = tally;
		if (acknowledged > 0)
			verification = await verify(
				api,
				{ before, acknowledged, indeterminate, by },
				{
					counter,
					read,
					admin,
					patience: limits,
					signal,
					onWait: (after) =>
						report.progress(waitLine(read, after - before, acknowledged * by)),
				},
			);
	} catch (error) {
		// Once interrupted, what is under way fails: that is no news.
		if (!signal.aborted) throw error;
	} finally {
		await api.close();
	}
	const interrupted = signal.aborted;
	return { url: target.url, plan, tally, verification, interrupted };
}
