import type { Refusal } from "../problem.ts";
import type { NameChoice, Part } from "../protocol.ts";
import type {
	Buckets,
	BucketTop,
	CounterHistory,
	HistoryQuestion,
	Missing,
	PastHost,
	PastPart,
	PastReads,
	TopQuestion,
} from "./contract.ts";
import { MAX_PART_NAMES, pastPart } from "./part.ts";

/** The top of a bucket, which takes all of its rows, is remembered for so long … */
const REMEMBERED_MS = 1_000;

/** … and so many of them. */
const MAX_REMEMBERED = 16;

/** The past as the global object knows it. */
export interface KnownPast {
	readonly timeZone: string;
	/**
	 * Answers a counter's past.
	 *
	 * @param shards all that there are
	 * @param missing what they hold besides
	 */
	read(
		question: HistoryQuestion,
		shards: readonly number[],
		now: number,
		missing?: readonly Missing[],
	): CounterHistory | Refusal;
	/**
	 * Reads all that is kept of counters, in one step.
	 *
	 * @param missing what shards hold of them besides
	 */
	buckets(now: number, missing: readonly Missing[]): (name: string) => Buckets;
	/** Answers which counters were counted most in a bucket: reads all of its rows. */
	top(question: TopQuestion, now: number): BucketTop | Refusal;
	/**
	 * Lists the shards that hold back a bucket of an answer which has ended, once a
	 * slot at most.
	 */
	silent(
		answer: CounterHistory,
		shards: readonly number[],
		now: number,
	): number[];
	/** Notes the mark that a shard told. */
	heard(shard: number, mark: number | undefined): void;
	/** Leaves a shard out until it speaks: it is retired, and empty. */
	leaveOut(shard: number): void;
}

/** Answers what was counted when, and asks shards for what is missing to know it. */
export class ReadsOfPast implements PastReads {
	readonly #past: KnownPast;
	readonly #host: PastHost;
	readonly #tops = new Map<
		string,
		{ at: number; answer: BucketTop | Refusal }
	>();

	constructor(past: KnownPast, host: PastHost) {
		this.#past = past;
		this.#host = host;
	}

	async read(
		question: HistoryQuestion,
		read?: "exact",
	): Promise<CounterHistory | Refusal> {
		const { flight, fanOut, host } = this.#host;
		const answer =
			read === undefined
				? this.#past.read(question, fanOut.shards, host.now())
				: await flight.share(`history ${JSON.stringify(question)}`, () =>
						this.#exact(question),
					);
		if (!("problem" in answer)) void this.#askSilent(answer);
		return answer;
	}

	/**
	 * Asks all shards what they hold of a counter, and adds that in one step with the
	 * totals.
	 */
	async #exact(question: HistoryQuestion): Promise<CounterHistory | Refusal> {
		const { fanOut, host } = this.#host;
		const held = await fanOut.ask(slotsOf(question.counter));
		for (const [shard, { mark }] of held.answers) this.#past.heard(shard, mark);
		if (held.refusal) return held.refusal;
		return this.#past.read(question, fanOut.shards, host.now(), held.missing());
	}

	part(part: Part, read?: "exact"): Promise<PastPart | Refusal> {
		const question = `past ${JSON.stringify([part, read])}`;
		return this.#host.flight.share(question, () => this.#part(part, read));
	}

	async #part(part: Part, read?: "exact"): Promise<PastPart | Refusal> {
		const { fanOut, totals, host } = this.#host;
		const limit = Math.min(fanOut.mostOf(part), MAX_PART_NAMES);
		const range = { ...part, to: totals.lastOf(part, limit) };
		const choice = { ...range, slots: true };
		const held = await fanOut.ask(choice, read ? fanOut.shards : []);
		for (const [shard, { mark }] of held.answers) this.#past.heard(shard, mark);
		if (held.refusal) return held.refusal;
		// In one step, after the last answer.
		const now = host.now();
		const bucketsOf = this.#past.buckets(now, held.missing());
		const { timeZone } = this.#past;
		return pastPart(held.addTo(totals.totals(range)), limit, bucketsOf, {
			timeZone,
			asOf: now,
			last: range.to,
		});
	}

	top(question: TopQuestion): BucketTop | Refusal {
		const now = this.#host.host.now();
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
		const { fanOut, eviction, host, shardCount } = this.#host;
		const silent = this.#past.silent(answer, fanOut.shards, host.now());
		if (silent.length === 0) return;
		const { answers } = await fanOut.ask(slotsOf(), silent);
		for (const [shard, { mark, isEmpty }] of answers)
			if (isEmpty && shard >= shardCount) this.#past.leaveOut(shard);
			else this.#past.heard(shard, mark);
		eviction.soon();
	}
}

/** Chooses one name or, without it, none; with slots. */
function slotsOf(name?: string): NameChoice {
	const names = name === undefined ? [] : [name];
	// Shards of earlier code know ranges only.
	return { from: name ?? "", to: name ?? "", names, slots: true };
}
