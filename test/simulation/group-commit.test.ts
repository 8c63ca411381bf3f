import { expect, test } from "vitest";
import { GroupCommit } from "../../templates/runtime/shard/group-commit.ts";

/** A group commit whose batches and turns end when they are released. */
class Bench {
	readonly sizes: number[] = [];
	turns = 0;
	#ready: (() => void)[] = [];
	readonly #commit = new GroupCommit<number, number>(
		async (items) => {
			this.sizes.push(items.length);
			await this.#released();
			return items.map((item) => item + 1);
		},
		async () => {
			this.turns++;
			await this.#released();
		},
	);

	#released(): Promise<void> {
		return new Promise((resolve) => this.#ready.push(resolve));
	}

	add(count: number): Promise<number>[] {
		return Array.from({ length: count }, (_, n) => this.#commit.add(n));
	}

	/** Ends the batch or the turn that is under way. */
	async next(): Promise<void> {
		const ready = this.#ready;
		this.#ready = [];
		for (const resolve of ready) resolve();
		await new Promise((resolve) => setImmediate(resolve));
	}

	/** Has had one item, then a batch of eight: it is busy. */
	static async busy(): Promise<Bench> {
		const bench = new Bench();
		bench.add(1);
		bench.add(8);
		await bench.next();
		await bench.next();
		expect(bench).toMatchObject({ sizes: [1, 8], turns: 0 });
		return bench;
	}
}

test("what arrives during a batch is the next one, and each gets its answer", async () => {
	const bench = new Bench();
	const [first] = bench.add(1);
	const others = bench.add(3);
	await bench.next();
	await bench.next();
	expect(await first).toBe(1);
	expect(await Promise.all(others)).toEqual([1, 2, 3]);
	expect(bench).toMatchObject({ sizes: [1, 3], turns: 0 });
});

test("a busy object waits until two turns have brought nothing", async () => {
	const bench = await Bench.busy();
	bench.add(1);
	await bench.next();
	bench.add(1);
	await bench.next();
	await bench.next();
	expect(bench.sizes).toEqual([1, 8]);
	await bench.next();
	expect(bench.sizes).toEqual([1, 8, 2]);
});

test("a busy object waits no longer than until sixteen are there", async () => {
	const bench = await Bench.busy();
	bench.add(15);
	await bench.next();
	expect(bench.sizes).toEqual([1, 8]);
	bench.add(5);
	await bench.next();
	expect(bench.sizes).toEqual([1, 8, 20]);
	const other = await Bench.busy();
	other.add(16);
	await other.next();
	expect(other).toMatchObject({ sizes: [1, 8, 16], turns: 1 });
});

test("a busy object waits for eight turns at the most", async () => {
	const bench = await Bench.busy();
	bench.add(1);
	for (let turn = 0; turn < 7; turn++) {
		bench.add(1);
		await bench.next();
	}
	expect(bench.sizes).toEqual([1, 8]);
	await bench.next();
	expect(bench.sizes).toEqual([1, 8, 8]);
});
