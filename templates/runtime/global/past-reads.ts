import type {
	BucketTop,
	CounterHistory,
	HistoryQuestion,
	Past,
	PastPart,
	TopQuestion,
} from "../history/contract.ts";
import type { Host } from "../object/host.ts";
import { historyNotKept, type Refusal } from "../problem.ts";
import type { Part } from "../protocol.ts";
import type { Eviction } from "./eviction.ts";
import type { FanOut } from "./fan-out.ts";
import type { SingleFlight } from "./single-flight.ts";

/** The top of a bucket, which takes all of its rows, is remembered for so long … */
const REMEMBERED_MS = 1_000;

/** … and so many of them. */
const MAX_REMEMBERED = 16;

/** Answers what was counted when, and asks shards for what is missing to know it. */
export class PastReads {
	readonly #past: Past;
	readonly #fanOut: FanOut;
	readonly #flight: SingleFlight;
	readonly #eviction: Eviction;
	readonly #host: Pick<Host, "now">;
	readonly #tops = new Map<
		string,
		{ at: number; answer: BucketTop | Refusal }
	>();

	constructor(
		past: Past,
		fanOut: FanOut,
		flight: SingleFlight,
		eviction: Eviction,
		host: Pick<Host, "now">,
	) {
		this.#past = past;
		this.#fanOut = fanOut;
		this.#flight = flight;
		this.#eviction = eviction;
		this.#host = host;
	}

	/**
	 * Answers a counter's past: as the global object knows it or, if `exact`, with
	 * everything that was acknowledged before this was called. If a shard cannot be
	 * reached then, the refusal says which.
	 */
	async read(
		question: HistoryQuestion,
		read?: "exact",
	): Promise<CounterHistory | Refusal> {
		const answer =
			read === undefined
				? this.#past.read(question, this.#fanOut.shards, this.#host.now())
				: await this.#flight.share(`history ${JSON.stringify(question)}`, () =>
						this.#fanOut.past(question, this.#past),
					);
		if (!("problem" in answer)) void this.#askSilent(answer);
		return answer;
	}

	/** Answers totals with all of their past: see `FanOut.pastPart`. */
	part(part: Part, read?: "exact"): Promise<PastPart | Refusal> {
		return this.#flight.share(`past ${JSON.stringify([part, read])}`, () =>
			this.#fanOut.pastPart(part, this.#past, read),
		);
	}

	/** Answers which counters were counted most in a bucket, as the global object knows. */
	top(question: TopQuestion): BucketTop | Refusal {
		const now = this.#host.now();
		const key = JSON.stringify(question);
		const known = this.#tops.get(key);
		if (known && Math.abs(now - known.at) < REMEMBERED_MS) return known.answer;
		const answer = this.#past.top(question, now);
		if (this.#tops.size >= MAX_REMEMBERED) this.#tops.clear();
		this.#tops.set(key, { at: now, answer });
		return answer;
	}

	/** Asks the shards that hold back a bucket which has ended. Never throws. */
	async #askSilent(answer: CounterHistory): Promise<void> {
		const { shards } = this.#fanOut;
		const silent = this.#past.silent(answer, shards, this.#host.now());
		if (silent.length === 0) return;
		await this.#fanOut.marks(silent, this.#past);
		this.#eviction.soon();
	}
}

/** Refuses a question for what was counted when, where that is not kept. */
export const noHistory: Refusal = { problem: historyNotKept };
