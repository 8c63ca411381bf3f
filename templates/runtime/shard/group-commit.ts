import { gather } from "../object/gather.ts";

/** After a batch of so many items an object is busy: the next one gathers … */
const BUSY_ITEMS = 8;

/** … until so many wait, or no more arrive. */
const ENOUGH_ITEMS = 16;

/**
 * Runs one batch at a time: what arrives while a batch is under way makes up
 * the next one. A busy object so does slow work once for many requests, and a
 * lone request waits for nothing.
 *
 * A busy object also lets a batch wait a few milliseconds for more: those whose
 * answers went out together tend to come back together. That makes batches two
 * to three times as large, and the slow work as much rarer.
 */
export class GroupCommit<Item, Answer> {
	readonly #run: (items: readonly Item[]) => Promise<readonly Answer[]>;
	readonly #turn: () => Promise<void>;
	#waiting: {
		item: Item;
		resolve: (answer: Answer) => void;
		reject: (error: unknown) => void;
	}[] = [];
	#isRunning = false;
	#isBusy = false;

	/**
	 * @param run answers every item in order or, if it throws, none
	 * @param turn resolves after a turn of the event loop, about a millisecond
	 */
	constructor(
		run: (items: readonly Item[]) => Promise<readonly Answer[]>,
		turn: () => Promise<void>,
	) {
		this.#run = run;
		this.#turn = turn;
	}

	/** Items that no batch has taken up yet. */
	get waiting(): number {
		return this.#waiting.length;
	}

	add(item: Item): Promise<Answer> {
		return new Promise<Answer>((resolve, reject) => {
			this.#waiting.push({ item, resolve, reject });
			if (!this.#isRunning) void this.#runAll();
		});
	}

	async #runAll(): Promise<void> {
		this.#isRunning = true;
		while (this.#waiting.length > 0) {
			if (this.#isBusy)
				await gather(() => this.waiting, this.#turn, ENOUGH_ITEMS);
			const batch = this.#waiting;
			this.#waiting = [];
			this.#isBusy = batch.length >= BUSY_ITEMS;
			try {
				const answers = await this.#run(batch.map(({ item }) => item));
				for (const [n, { resolve }] of batch.entries())
					resolve(answers[n] as Answer);
			} catch (error) {
				for (const { reject } of batch) reject(error);
			}
		}
		this.#isRunning = false;
	}
}
