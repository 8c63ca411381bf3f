/** So many turns a batch waits at the most, however fast more arrives. */
const TURNS = 4;

/**
 * Runs one batch at a time: what arrives while a batch is under way makes up
 * the next one. A busy object so does slow work once for many requests, and a
 * lone request waits for nothing.
 *
 * After a batch of several items the next one waits as long as more keeps
 * arriving: those whose answers went out together tend to come back together.
 * That makes batches several times as large.
 */
export class Batcher<Item, Answer> {
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

	/** How many items no batch has taken up yet. */
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
			if (this.#isBusy) await this.#gather();
			const batch = this.#waiting;
			this.#waiting = [];
			this.#isBusy = batch.length > 1;
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

	async #gather(): Promise<void> {
		let before = 0;
		for (let turn = 0; turn < TURNS && this.waiting > before; turn++) {
			before = this.waiting;
			await this.#turn();
		}
	}
}
