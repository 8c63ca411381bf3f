import type { Random } from "./random.ts";

interface Event {
	at: number;
	/** Decides among events of the same moment. */
	tie: number;
	run: () => void;
}

/**
 * Virtual time: runs one event after another, each to the end of all promise
 * continuations that it sets off. Nothing here knows the real time.
 */
export class Scheduler {
	readonly #random: Random;
	readonly #heap: Event[] = [];
	/** Milliseconds since the schedule began. */
	now = 0;
	steps = 0;
	#ticks = 0;

	constructor(random: Random) {
		this.#random = random;
	}

	get isQuiet(): boolean {
		return this.#heap.length === 0;
	}

	/** Time of the next event; infinite if there is none. */
	get nextAt(): number {
		return this.#heap[0]?.at ?? Infinity;
	}

	/** A moment later than all before; its whole part is `now`. */
	moment(): number {
		return this.now + ++this.#ticks * 1e-7;
	}

	after(ms: number, run: () => void): void {
		const event = { at: this.now + ms, tie: this.#random.next(), run };
		const heap = this.#heap;
		let n = heap.push(event) - 1;
		while (n > 0) {
			const parent = (n - 1) >> 1;
			if (!isBefore(event, heap[parent] as Event)) break;
			heap[n] = heap[parent] as Event;
			n = parent;
		}
		heap[n] = event;
	}

	/** Runs the next event. */
	async step(): Promise<void> {
		const event = this.#pop();
		if (!event) return;
		this.now = Math.max(this.now, event.at);
		this.steps++;
		event.run();
		// All promise continuations run before the next immediate does.
		await new Promise((resolve) => setImmediate(resolve));
	}

	#pop(): Event | undefined {
		const heap = this.#heap;
		const first = heap[0];
		const last = heap.pop();
		if (!first || !last || heap.length === 0) return first;
		let n = 0;
		for (;;) {
			let child = 2 * n + 1;
			if (child >= heap.length) break;
			if (
				child + 1 < heap.length &&
				isBefore(heap[child + 1] as Event, heap[child] as Event)
			)
				child++;
			if (!isBefore(heap[child] as Event, last)) break;
			heap[n] = heap[child] as Event;
			n = child;
		}
		heap[n] = last;
		return first;
	}
}

function isBefore(a: Event, b: Event): boolean {
	return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}
