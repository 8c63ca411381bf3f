import type { Load } from "../../cli/planner/load.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** Defaults of a consumer: messages of a delivery, and the wait for them. */
const MOST_MESSAGES = 10;
const LONGEST_WAIT_MS = 5_000;

/** Messages of a delivery arrive one after another. */
const APART_MS = 0.1;

/** Has requests come at random times, or messages that a queue delivers. */
export function arrive(
	scheduler: Scheduler,
	random: Random,
	{ rate, isQueued }: Load,
	receive: () => void,
): void {
	const queue = isQueued ? new MessageQueue(scheduler, receive) : undefined;
	const next = () => {
		const gap = -Math.log(1 - random.next()) / rate;
		scheduler.after(gap * 1_000, () => {
			next();
			if (queue) queue.send();
			else receive();
		});
	};
	next();
}

/** Delivers ten messages together, or those that there are after five seconds. */
class MessageQueue {
	readonly #scheduler: Scheduler;
	readonly #receive: () => void;
	#messages = 0;
	#deliveries = 0;

	constructor(scheduler: Scheduler, receive: () => void) {
		this.#scheduler = scheduler;
		this.#receive = receive;
	}

	send(): void {
		const delivery = this.#deliveries;
		this.#messages++;
		if (this.#messages === 1)
			this.#scheduler.after(LONGEST_WAIT_MS, () => {
				if (this.#deliveries === delivery) this.#deliver();
			});
		if (this.#messages === MOST_MESSAGES) this.#deliver();
	}

	#deliver(): void {
		for (let n = 0; n < this.#messages; n++)
			this.#scheduler.after(n * APART_MS, this.#receive);
		this.#messages = 0;
		this.#deliveries++;
	}
}
