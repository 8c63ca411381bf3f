import { expect, test } from "vitest";
import { SingleFlight } from "../../templates/runtime/global/single-flight.ts";

/** Questions that are answered when they are told to, each with its number. */
class Bench {
	readonly begun: string[] = [];
	/** Called in each turn that passes before a question begins. */
	onTurn: () => void = () => {};
	readonly #flight = new SingleFlight(async () => this.onTurn());
	readonly #ends: ((error?: Error) => void)[] = [];

	ask(question: string, detail?: string): Promise<unknown> {
		return this.#flight.share(
			question,
			(details) =>
				new Promise((resolve, reject) => {
					const number = this.begun.push([question, ...details].join(" "));
					this.#ends.push((error) => (error ? reject(error) : resolve(number)));
				}),
			detail,
		);
	}

	/** Lets the question that is under way end. */
	async end(error?: Error): Promise<void> {
		this.#ends.shift()?.(error);
		await settled();
	}
}

function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}

const busy = { problem: { code: "busy", status: 503, retryAfter: 5 } };

test("who comes while a question is under way waits for the next one", async () => {
	const bench = new Bench();
	const first = bench.ask("a");
	await settled();
	const late = [bench.ask("a"), bench.ask("a"), bench.ask("a")];
	await settled();
	expect(bench.begun).toEqual(["a"]);
	await bench.end();
	expect(await first).toBe(1);
	const later = bench.ask("a");
	await bench.end();
	expect(await Promise.all(late)).toEqual([2, 2, 2]);
	await bench.end();
	expect(await later).toBe(3);
	expect(bench.begun).toHaveLength(3);
});

test("all who come at once share one answer", async () => {
	const bench = new Bench();
	const callers = Array.from({ length: 50 }, () => bench.ask("a"));
	await settled();
	await bench.end();
	expect(await Promise.all(callers)).toEqual(Array(50).fill(1));
});

test("a question has the details of all who share it, each once", async () => {
	const bench = new Bench();
	const first = bench.ask("a", "x");
	await settled();
	const late = ["y", "z", "y"].map((detail) => bench.ask("a", detail));
	await settled();
	expect(bench.begun).toEqual(["a x"]);
	await bench.end();
	expect(await first).toBe(1);
	const later = bench.ask("a", "x");
	await bench.end();
	expect(await Promise.all(late)).toEqual([2, 2, 2]);
	await bench.end();
	expect(await later).toBe(3);
	expect(bench.begun).toEqual(["a x", "a y z", "a x"]);
});

test("different questions are asked one after the other, in turn", async () => {
	const bench = new Bench();
	const answers = ["a", "b", "c", "b", "a"].map((what) => bench.ask(what));
	for (const begun of [["a"], ["a", "b"], ["a", "b", "c"]]) {
		await settled();
		expect(bench.begun).toEqual(begun);
		await bench.end();
	}
	expect(await Promise.all(answers)).toEqual([1, 2, 3, 2, 1]);
});

test("those who shared an answer and come back together share the next, too", async () => {
	const bench = new Bench();
	let turns = 0;
	bench.onTurn = () => turns++;
	const crowd = () => Array.from({ length: 3 }, () => bench.ask("a"));
	const first = crowd();
	await settled();
	expect(turns).toBe(0);
	const early = bench.ask("a");
	const late: Promise<unknown>[] = [];
	bench.onTurn = () => {
		// One a turn, then nobody.
		if (++turns <= 3) late.push(bench.ask("a"));
	};
	await bench.end();
	expect(await Promise.all(first)).toEqual([1, 1, 1]);
	expect([turns, late.length, bench.begun.length]).toEqual([5, 3, 2]);
	await bench.end();
	expect(await Promise.all([early, ...late])).toEqual([2, 2, 2, 2]);
});

test("they are waited for in eight turns at the most, and after a lone caller nobody", async () => {
	const bench = new Bench();
	let turns = 0;
	bench.onTurn = () => {
		turns++;
		void bench.ask("a");
	};
	const alone = bench.ask("a");
	await settled();
	const both = [bench.ask("a"), bench.ask("a")];
	await bench.end();
	expect([await alone, turns]).toEqual([1, 0]);
	await bench.end();
	expect(await Promise.all(both)).toEqual([2, 2]);
	void bench.ask("a");
	await settled();
	expect([turns, bench.begun.length]).toEqual([8, 3]);
});

test("a failure is told to those who shared it, and to nobody else", async () => {
	const bench = new Bench();
	const failed = Promise.allSettled([bench.ask("a"), bench.ask("a")]);
	const other = bench.ask("b");
	await settled();
	const next = bench.ask("a");
	await bench.end(new Error("gone"));
	const gone = { status: "rejected", reason: new Error("gone") };
	expect(await failed).toEqual([gone, gone]);
	await bench.end();
	expect(await other).toBe(2);
	await bench.end();
	expect(await next).toBe(3);
});

test("past 16 different questions a new one is refused, a known one shared", async () => {
	const bench = new Bench();
	const first = bench.ask("under way");
	await settled();
	const known = Array.from({ length: 16 }, (_, n) => bench.ask(`${n}`));
	expect(await bench.ask("new")).toMatchObject(busy);
	const shared = bench.ask("3");
	for (let n = 0; n < 17; n++) await bench.end();
	expect(await first).toBe(1);
	expect(await shared).toBe(await known[3]);
	const again = bench.ask("new");
	await settled();
	await bench.end();
	expect(await again).toBe(18);
});

test("past 100 callers any is refused, until one has its answer", async () => {
	const bench = new Bench();
	const callers = Promise.allSettled(
		Array.from({ length: 100 }, () => bench.ask("a")),
	);
	expect(await bench.ask("a")).toMatchObject(busy);
	await settled();
	expect(await bench.ask("a")).toMatchObject(busy);
	await bench.end(new Error("gone"));
	await callers;
	const again = bench.ask("a");
	await settled();
	await bench.end();
	expect(await again).toBe(2);
});
