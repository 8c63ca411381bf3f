/**
 * Runs one batch at a time: what arrives while a batch is under way makes up
 * the next one. A busy object so does slow work once for many requests, and a
 * lone request waits for nothing.
 */
export class Batcher<Item, Answer> {
	readonly #run: (items: readonly Item[]) => Promise<readonly Answer[]>;
	#waiting: {
		item: Item;
		resolve: (answer: Answer) => void;
		reject: (error: unknown) => void;
	}[] = [];
	#isRunning = false;

	/** @param run answers every item in order or, if it throws, none */
	constructor(run: (items: readonly Item[]) => Promise<readonly Answer[]>) {
		this.#run = run;
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
			const batch = this.#waiting;
			this.#waiting = [];
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
