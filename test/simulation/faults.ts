/** Faults by their probability, unless said otherwise. */
export interface Faults {
	/** A call is lost before it is applied. */
	lost: number;
	/** A call is applied, its answer lost. */
	answerLost: number;
	/** A call of an object, or its put to KV, is never answered. */
	hangs: number;
	/** After any step: an object, or KV, cannot be reached for minutes. */
	outages: number;
	/** A call between objects is delivered once more, later. */
	duplicate: number;
	/** A message takes seconds instead of milliseconds. */
	slow: number;
	/** A call between objects takes up to nine seconds: most of its deadline. */
	slowCalls: number;
	/** Each way, what lends, or calls back, takes up to half a minute: more than its deadline. */
	lateLoans: number;
	/** After any step: one object loses its memory and what is not durable. */
	crash: number;
	/** After any step: a shard that holds no counts loses its storage. */
	wipe: number;
	/** After any step: the global object loses its storage, and all totals. */
	wipeGlobal: number;
	/** A commit takes up to half a second. */
	slowCommit: number;
	/** An alarm rings seconds late. */
	lateAlarm: number;
	/** An alarm that has run well rings once more. */
	alarmTwice: number;
	/** KV does not take what is put. */
	kvRefuses: number;
	/** KV takes it, but the answer is lost. */
	kvAnswerLost: number;
	/** An alarm is not set, nor cleared: the disk is full. The object may be reset. */
	alarmFails: number;
	/** A statement that writes fails: the disk is full. */
	writeFails: number;
	/** A transaction fails at its end, and is taken back. */
	transactionFails: number;
	/** A shard is told that its commit failed; it goes on, or is reset. */
	syncFails: number;
	/** After any step: the disk of one object takes nothing for a while. */
	diskFills: number;
	/** After any step: a live object sleeps, and forgets all but its sockets. */
	sleep: number;
	/** A viewer takes seconds for a message, and what is on its way piles up. */
	slowViewers: number;
	/** Most milliseconds that clocks are apart; drawn anew at every start. */
	skew: number;
	/** Largest share of time by which a clock goes faster or slower. */
	drift: number;
	/** After any step: a clock jumps, an hour from the truth at the most. */
	jump: number;
	/** After any step: the clock of an isolate jumps. */
	isolateJump: number;
	/** After any step: a clock stands still, for minutes at the most. */
	standstill: number;
}

export const NO_FAULTS: Faults = {
	lost: 0,
	answerLost: 0,
	hangs: 0,
	outages: 0,
	duplicate: 0,
	slow: 0,
	slowCalls: 0,
	lateLoans: 0,
	crash: 0,
	wipe: 0,
	wipeGlobal: 0,
	slowCommit: 0,
	lateAlarm: 0,
	alarmTwice: 0,
	kvRefuses: 0,
	kvAnswerLost: 0,
	alarmFails: 0,
	writeFails: 0,
	transactionFails: 0,
	syncFails: 0,
	diskFills: 0,
	sleep: 0,
	slowViewers: 0,
	skew: 0,
	drift: 0,
	jump: 0,
	isolateJump: 0,
	standstill: 0,
};

export const ALL_FAULTS: Faults = {
	lost: 0.06,
	answerLost: 0.06,
	hangs: 0,
	outages: 0,
	duplicate: 0.08,
	slow: 0.08,
	slowCalls: 0,
	lateLoans: 0,
	crash: 0.02,
	wipe: 0,
	wipeGlobal: 0,
	slowCommit: 0.1,
	lateAlarm: 0.1,
	alarmTwice: 0.1,
	kvRefuses: 0.15,
	kvAnswerLost: 0.15,
	alarmFails: 0,
	writeFails: 0,
	transactionFails: 0,
	syncFails: 0,
	diskFills: 0,
	sleep: 0,
	slowViewers: 0,
	skew: 100,
	drift: 0,
	jump: 0,
	isolateJump: 0,
	standstill: 0,
};

/** Disks that are full for a moment, or for minutes; with all the rest. */
export const FULL_DISKS: Faults = {
	...ALL_FAULTS,
	crash: 0.01,
	alarmFails: 0.04,
	writeFails: 0.04,
	transactionFails: 0.04,
	syncFails: 0.04,
	diskFills: 0.005,
};
