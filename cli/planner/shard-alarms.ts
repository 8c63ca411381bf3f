import type { Flushes } from "./flushes.ts";
import { IDLE_S } from "./limits.ts";

/**
 * Seconds after which a batch is sent again, should no answer come:
 * twice RPC_TIMEOUT_MS of object/deadline.ts.
 */
const RESEND_S = 20;

/** Alarms of one shard, a second. */
export interface ShardAlarms {
	rings: number;
	/** Each writes a row. */
	sets: number;
	/** Notes that it holds nothing, or that a batch is sealed: a row each. */
	settled: number;
	/** Batches that are sent again after the shard lost its memory … */
	resent: number;
	/** … and requests that wait for that. */
	delayed: number;
}

/**
 * The alarm of a shard (object/alarm.ts) is set when a batch opens and no alarm is
 * set that rings before it is due. If the batch fills before, the alarm rings all
 * the same, with nothing to send, and is set for the batch that is open then. So an
 * alarm follows a fresh batch, of which a part `byTime` goes out when it rings, or
 * one that was looked at while open, which tends to be a longer one:
 * after ÷ open times as likely to go out by time, and open for
 * openSquare ÷ (2 open) by then. Where timer and batch take about as long, it is the
 * batch after, which opened just before.
 *
 * A flush arms the alarm for its own repetition. That writes a row if no alarm is
 * set, as when it just rang, or one that rings later: with a timer of more than
 * 20 seconds.
 *
 * @param rate requests a second that the shard takes, above 0
 * @param flightS seconds from a flush to its answer
 */
export function shardAlarmsOf(
	rate: number,
	flushes: Flushes,
	flightS: number,
): ShardAlarms {
	const { byTime, open, openSquare, after: timer, fullAt } = flushes;
	const gap = 1 / rate;
	if (fullAt < 2) return eachAtOnce(rate);
	const timed = timer === Infinity ? 0 : byTime;
	const openIfFull =
		timed < 1
			? Math.max(0, open - (timed > 0 ? timer * timed : 0)) / (1 - timed)
			: 0;
	const isResent = openIfFull + RESEND_S < timer;
	const ringsIfFull = Math.min(timer, openIfFull + RESEND_S);
	const fresh =
		gap + (timed > 0 ? timed * timer : 0) + (1 - timed) * ringsIfFull;

	const closed = gap / (gap + open);
	// Before another batch could fill, it is the next one, which has just opened.
	const sinceNext = timer - openIfFull - gap;
	const isNext = sinceNext < open;
	const age = isNext ? Math.max(0, sinceNext) : openSquare / (2 * open);
	const timedIfOpen =
		isNext || timed === 0 ? timed : Math.min(1, (timed * timer) / open);
	const looked = Math.max(
		0,
		Math.min(timer - age, Math.max(0, openIfFull - age) + RESEND_S),
	);
	// Parts of the alarms that follow a batch of either kind, from their balance:
	// lookedAt = fresh part · stale · open + lookedAt · stale · open.
	const toLooked = (1 - timed) * (1 - closed);
	const stays = (1 - timedIfOpen) * (1 - closed);
	const ratio = stays < 1 ? toLooked / (1 - stays) : 0;
	const freshPart = 1 / (1 + ratio);
	const lookedPart = 1 - freshPart;

	const rings = 1 / (freshPart * fresh + lookedPart * looked);
	const flushing = freshPart * timed + lookedPart * timedIfOpen;
	const stale = 1 - flushing;
	// A timer that never rings sets none: then it is the resending alone.
	const forTimer = timer === Infinity ? 0 : 1;
	return {
		rings,
		sets: rings * (forTimer + flushing + (isResent ? stale : 0)),
		settled: rings * (flushing * Math.exp(-rate * flightS) + stale * closed),
		resent: 0,
		delayed: 0,
	};
}

/**
 * A batch that one request fills is never armed by its timer: the first sets the alarm
 * for the repetition, which rings 20 s later, and notes then that nothing is held.
 * Until that is noted, a shard that has lost its memory does not know that its last
 * batch arrived, and sends it again. It finds out
 *
 * - by the alarm, if no request came for ten seconds before it: e^(−10 · rate). It sets
 *   the alarm twice more;
 * - by a request that comes 10 to 20 s after the first, the first for ten seconds:
 *   10 · rate · e^(−10 · rate). It sets the alarm for at once, seals its own batch
 *   with a row, and these 20 s begin anew.
 */
function eachAtOnce(rate: number): ShardAlarms {
	const byAlarm = Math.exp(-IDLE_S * rate);
	const byRequest = IDLE_S * rate * byAlarm;
	const seconds =
		byRequest * ((IDLE_S + RESEND_S) / 2) +
		(1 - byRequest) * (RESEND_S + 1 / rate);
	const rings = 1 / seconds;
	return {
		rings,
		sets: rings * (1 + byRequest + 2 * byAlarm),
		settled: rings,
		resent: rings * (byRequest + byAlarm),
		delayed: rings * byRequest,
	};
}
