import type { Refusal } from "../problem.ts";

/** Different questions that may wait … */
const MOST_QUESTIONS = 16;

/** … and callers that may wait, those of the question under way included. */
const MOST_CALLERS = 100;

/**
 * Asks one costly question at a time. Who comes meanwhile waits for one that
 * begins later, and all who wait for the same question share its answer: any
 * number of callers of one question costs two of them at the most.
 */
export class SingleFlight {
	/** Questions that have not begun, by what they ask. */
	readonly #waiting = new Map<string, Promise<unknown>>();
	/** Settles when everything has ended; never rejects. */
	#last: Promise<unknown> = Promise.resolve();
	#callers = 0;

	/**
	 * Asks, in turn, or shares an asking that has not begun yet.
	 *
	 * @param question the key of callers who can share: of one question, every
	 * `ask` must be alike
	 * @param ask must end by itself: everything else waits for that
	 * @returns a refusal (503, `busy`) if too much waits already
	 * @throws what `ask` throws, to all who shared it
	 */
	async share<T>(
		question: string,
		ask: () => Promise<T>,
	): Promise<T | Refusal> {
		const same = this.#waiting.get(question) as Promise<T> | undefined;
		if (this.#callers >= MOST_CALLERS) return busy;
		if (!same && this.#waiting.size >= MOST_QUESTIONS) return busy;
		this.#callers++;
		try {
			return await (same ?? this.#queue(question, ask));
		} finally {
			this.#callers--;
		}
	}

	#queue<T>(question: string, ask: () => Promise<T>): Promise<T> {
		const answer = this.#last.then(() => {
			// Later questions must not share it: it may know too little.
			this.#waiting.delete(question);
			return ask();
		});
		this.#waiting.set(question, answer);
		this.#last = answer.catch(() => {});
		return answer;
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
