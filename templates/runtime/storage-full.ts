import { errorText, type Log } from "./log.ts";
import { CounterProblem, type Problem } from "./problem.ts";

/**
 * The binding by which `counter-gen serve` lets a Worker ask whether its disk
 * takes anything. Elsewhere there is none.
 */
const PROBE = "COUNTER_GEN_STORAGE_PROBE";

/** Matches what SQLite, the system, and the KV of `serve` say of a full disk. */
const FULL =
	/SQLITE_FULL|database or disk is full|No space left on device|507 Insufficient Storage/;

/** Matches an error that hides what failed: it was outside of any code of ours. */
const HIDDEN = /internal error; reference = /;

/** Least time between two lines about a full disk in an isolate. */
const EPISODE_MS = 60_000;

/** Moment of the last such line; a clock that stepped back does not silence the next. */
let loggedAt = Number.NEGATIVE_INFINITY;

/** Time for which an isolate takes it that there is room where a probe found some. */
const ROOM_MS = 1_000;

/** Moments at which probes were asked that have found room. */
const roomAt = new WeakMap<Fetcher, number>();

/**
 * Finds what to throw for an error of an object or of KV: `storage-full` if it comes
 * from a disk without room, logged once a minute; else the error as it is.
 */
export async function namingFullStorage(
	error: unknown,
	env: object,
	log: Log,
): Promise<unknown> {
	if (!(await isStorageFull(error, env))) return error;
	logFull(error, log);
	return new CounterProblem(storageFull);
}

/** Logs a full disk, once a minute. */
export function logFull(error: unknown, log: Log): void {
	const now = Date.now();
	if (Math.abs(now - loggedAt) <= EPISODE_MS) return;
	loggedAt = now;
	log("error", "storage-full", { error: errorText(error) });
}

/** Tells whether an error or, where that hides its cause, the disk reports that it is full. */
async function isStorageFull(error: unknown, env: object): Promise<boolean> {
	if (reportsFull(error)) return true;
	return HIDDEN.test(String(error)) && (await probed(env)) === true;
}

/** Tells whether an error itself reports a full disk. */
export function reportsFull(error: unknown): boolean {
	return FULL.test(String(error));
}

/**
 * Tells whether the disk takes nothing, as far as this isolate can tell: by the probe,
 * unless that found room in the last second, or, where there is none, by what it met
 * in the last minute. For admin routes only: each probe writes to the disk.
 */
export async function seemsFull(env: object): Promise<boolean> {
	const probe = probeOf(env);
	const now = Date.now();
	if (!probe) return Math.abs(now - loggedAt) <= EPISODE_MS;
	const known = roomAt.get(probe);
	if (known !== undefined && Math.abs(now - known) < ROOM_MS) return false;
	// Others need not ask meanwhile.
	if (known !== undefined) roomAt.set(probe, now);
	const isFull = await probed(env);
	if (isFull === false) roomAt.set(probe, now);
	else roomAt.delete(probe);
	return isFull ?? Math.abs(now - loggedAt) <= EPISODE_MS;
}

function probeOf(env: object): Fetcher | undefined {
	return (env as Record<string, Fetcher | undefined>)[PROBE];
}

/** Asks the probe; undefined where there is none, or no answer. */
async function probed(env: object): Promise<boolean | undefined> {
	const probe = probeOf(env);
	try {
		return probe && (await probe.fetch("http://storage/")).status === 507;
	} catch {
		// The probe is there to explain an error, not to bring one.
		return undefined;
	}
}

const storageFull: Problem = {
	code: "storage-full",
	status: 503,
	title: "The disk that holds the counts is full",
	detail:
		"What was acknowledged is safe. It is not known whether an increment was counted: with an Idempotency-Key, repeating it is safe. Make room: on the disk of the folder that `counter-gen serve` keeps counts in or, at Cloudflare, in the Durable Object, which has 10 GB",
	retryAfter: 30,
};
