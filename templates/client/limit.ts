import { CounterProblem } from "./problem.ts";
import { type CountOptions, type Entries, Queue } from "./queue.ts";

/** Refusal of what would have passed a bound of `total`. Nothing was counted. */
export class LimitReached extends CounterProblem {
	readonly counter: string;
	/** The most that may still be counted in that direction. */
	readonly remaining: number;
	/** Moment at which it begins anew, milliseconds since 1970; missing for a total. */
	readonly resetsAt: number | undefined;

	constructor({ code, status, detail, retryAfterMs, members }: CounterProblem) {
		super(code, status, detail, retryAfterMs);
		this.name = "LimitReached";
		this.members = members;
		this.counter = String(members.counter);
		this.remaining = Number(members.remaining);
		this.resetsAt = Date.parse(String(members.resetsAt)) || undefined;
	}
}

/** Queue of a namespace with a `total`: only calls that do not fit are refused. */
export class BoundedQueue extends Queue {
	/** Settles once the last call that was to be sent by itself is answered. */
	#last: Promise<unknown> = Promise.resolve();

	override async add(name: string, by: number): Promise<void> {
		try {
			await super.add(name, by);
		} catch (error) {
			const limit = limitOf(error);
			if (!limit || by > limit.remaining) throw limit ?? error;
			// It was too much together with other calls: by itself it may fit.
			const sent = this.#last.then(() => this.alone([[name, by]], {}));
			this.#last = sent.catch(() => {});
			await sent;
		}
	}

	override async alone(all: Entries, options: CountOptions): Promise<void> {
		try {
			await super.alone(all, options);
		} catch (error) {
			throw limitOf(error) ?? error;
		}
	}
}

function limitOf(error: unknown): LimitReached | undefined {
	const { code } = error as Partial<CounterProblem>;
	const isLimit = code === "limit-reached" || code === "quota-reached";
	return isLimit ? new LimitReached(error as CounterProblem) : undefined;
}
