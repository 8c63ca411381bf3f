import { gather } from "../object/gather.ts";
import type { Refusal } from "../problem.ts";

/** Different questions that may wait … */
const MOST_QUESTIONS = 16;

/** … and callers that may wait, those of the question under way included. */
const MOST_CALLERS = 100;

/** A question that has not begun. */
interface Waiting {
	answer: Promise<unknown>;
	/** Details that those who share it ask for. */
	details: Set<string>;
	callers: number;
}

/**
 * Asks one costly question at a time. Who comes meanwhile waits for one that
 * begins later, and all who wait for the same question share its answer: any
 * number of callers of one question costs two of them at the most.
 */
export class SingleFlight {
	/** Questions that have not begun, by what they ask. */
	readonly #waiting = new Map<string, Waiting>();
	/** Settles when everything has ended; never rejects. */
	#last: Promise<unknown> = Promise.resolve();
	readonly #turn: () => Promise<void>;
	#callers = 0;
	/** Callers who have asked so far. */
	#asked = 0;
	/** The question that began last was shared: its callers may come back together. */
	#wasShared = false;

	/** @param turn resolves after a turn of the event loop, about a millisecond */
	constructor(turn: () => Promise<void>) {
		this.#turn = turn;
	}

	/**
	 * Asks, in turn, or shares an asking that has not begun yet.
	 *
	 * @param question the key of callers who can share: of one question, every
	 * `ask` must be alike
	 * @param ask must end by itself: everything else waits for that; gets the
	 * details of all who share it
	 * @param detail what this caller wants of the answer
	 * @returns a refusal (503, `busy`) if too much waits already
	 * @throws what `ask` throws, to all who shared it
	 */
	async share<T>(
		question: string,
		ask: (details: ReadonlySet<string>) => Promise<T>,
		detail?: string,
	): Promise<T | Refusal> {
		const same = this.#waiting.get(question);
		if (this.#callers >= MOST_CALLERS) return busy;
		if (!same && this.#waiting.size >= MOST_QUESTIONS) return busy;
		this.#callers++;
		this.#asked++;
		try {
			const waiting = same ?? this.#queue(question, ask);
			const { answer, details } = waiting;
			waiting.callers++;
			if (detail !== undefined) details.add(detail);
			return (await answer) as T;
		} finally {
			this.#callers--;
		}
	}

	#queue(
		question: string,
		ask: (details: ReadonlySet<string>) => Promise<unknown>,
	): Waiting {
		const details = new Set<string>();
		const answer = this.#last.then(async () => {
			if (this.#wasShared) await gather(() => this.#asked, this.#turn);
			this.#wasShared = waiting.callers > 1;
			// Later questions must not share it: it may know too little.
			this.#waiting.delete(question);
			return ask(details);
		});
		const waiting = { answer, details, callers: 0 };
		this.#waiting.set(question, waiting);
		this.#last = answer.catch(() => {});
		return waiting;
	}
}

const busy: Refusal = {
	problem: {
		code: "busy",
		status: 503,
		title: "Too many wait for an answer of all shards",
		detail:
			"One question is put to all shards at a time, and as many callers wait as may. Nothing was changed; try again in a few seconds",
		retryAfter: 5,
	},
};
