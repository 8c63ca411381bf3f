import { expect, test } from "vitest";
import type { GlobalHost } from "../../templates/runtime/global/role.ts";
import type { Met, Push } from "../../templates/runtime/live/contract.ts";
import { liveUpdates } from "../../templates/runtime/live/feature.ts";
import { batchOf, Place } from "./lone-objects.ts";

const SECOND = 1_000;
const live = liveUpdates({ objects: 1 });

/** A global object, and what one live object is asked and told by it. */
class Watched {
	readonly place = new Place();
	/** Answers of the live object. */
	met: Met = { life: 1, names: ["a"] };
	unwatched: string[] = [];
	isAll = false;
	fails = false;
	/** Called while a push is under way. */
	during = () => {};
	readonly pushes: Push[] = [];
	meetings = 0;
	readonly waits: number[] = [];
	#seq = 0;

	/** Starts the global object, or starts it anew. */
	start(surroundings: Partial<GlobalHost> = {}) {
		return this.place.global(
			{
				wait: (ms, signal) => {
					if (signal) return new Promise(() => {});
					this.waits.push(ms);
					this.place.now += ms;
					return Promise.resolve();
				},
				meet: async () => {
					this.meetings++;
					return this.met;
				},
				push: async (_, push) => {
					this.pushes.push(push);
					this.during();
					if (this.fails) throw new Error("nobody answers");
					if (push.life !== this.met.life) return this.met;
					const { unwatched, isAll } = this;
					return { unwatched, isAll };
				},
				...surroundings,
			},
			{ live, globalWriteToKVAfter: 0 },
		);
	}

	/** Starts it, and has it find out who watches. */
	async begin() {
		const global = this.start();
		await this.place.ring(global);
		await idle();
		this.pushes.length = 0;
		this.meetings = 0;
		this.waits.length = 0;
		return global;
	}

	count(
		global: { apply(batch: ReturnType<typeof batchOf>): unknown },
		name: string,
		by = 1,
	) {
		global.apply(batchOf(++this.#seq, [[name, by]]));
	}

	get turns() {
		const [row] = this.place.storage.rows<Record<string, number>>(
			"SELECT birth, turn, reset, settled FROM turns",
		);
		return row;
	}
}

/** Lets everything happen that waits for nothing. */
const idle = () => new Promise((resolve) => setImmediate(resolve));

test("an object that starts on an empty disk asks every live object who watches, once", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: [] };
	const global = watched.start();
	expect(watched.place.alarm).toBe(watched.place.now);
	await watched.place.ring(global);
	await idle();
	expect([watched.meetings, watched.pushes]).toEqual([1, []]);
	expect(watched.place.rows("watching")).toBe(0);
	expect(watched.place.alarm).toBeUndefined();
});

test("nothing is written, asked or armed where nobody watches", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: [] };
	const global = await watched.begin();
	const turns = watched.turns;
	for (let n = 0; n < 3; n++) watched.count(global, "a");
	await idle();
	expect([watched.meetings, watched.pushes]).toEqual([0, []]);
	expect(watched.turns).toEqual(turns);
	expect(watched.place.alarm).toBeUndefined();
});

test("a total that changes is pushed as it is then, to whom watches it", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	watched.count(global, "a", 2);
	watched.count(global, "a", 3);
	expect(watched.pushes).toEqual([]);
	await idle();
	expect(watched.pushes).toMatchObject([{ life: 1, values: [["a", 5]] }]);
	expect(watched.turns?.settled).toBe(watched.turns?.turn);
});

test("a total that nobody watches is neither pushed nor noted", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	const turns = watched.turns;
	watched.count(global, "b");
	await idle();
	expect(watched.pushes).toEqual([]);
	expect(watched.turns).toEqual(turns);
});

test("a turn that was told never stands for other totals", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	const first = global.watch({ object: 0, life: 1, names: ["a"] });
	watched.count(global, "b");
	const then = global.watch({ object: 0, life: 1, names: ["b"] });
	expect(then.turn).toBeGreaterThan(first.turn);
	expect(then.values).toEqual([["b", 1]]);
	const again = global.watch({ object: 0, life: 1, names: ["b"] });
	expect(again.turn).toBe(then.turn);
});

test("a turn that was told before a restart stands for no other totals after it", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	const { turn } = global.watch({ object: 0, life: 1, names: ["a"] });
	const anew = watched.start();
	watched.count(anew, "a");
	await idle();
	const { to = 0, values } = watched.pushes.at(-1) ?? {};
	expect(values).toEqual([["a", 1]]);
	expect(to).toBeGreaterThan(turn);
});

test("a change is pushed although the object crashes after a turn that concerned nobody", async () => {
	const watched = new Watched();
	await watched.begin();
	// Does not know any more which names are watched.
	const global = watched.start({ push: () => new Promise(() => {}) });
	watched.count(global, "b");
	await idle();
	expect(watched.turns?.settled).toBe(watched.turns?.turn);
	watched.count(global, "a");
	const anew = watched.start();
	await watched.place.ring(anew);
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["a", 1]]);
});

test("who begins to watch is pushed nothing until something changes", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	global.watch({ object: 5, life: 1, names: ["a"] });
	await watched.place.ring(global);
	await idle();
	expect([watched.meetings, watched.pushes]).toEqual([0, []]);
	expect(watched.place.alarm).toBeUndefined();
});

test("pushes are a second apart, and what comes meanwhile shares one", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	watched.place.now += 60 * SECOND;
	watched.count(global, "a");
	await idle();
	watched.place.now += 400;
	watched.count(global, "a");
	watched.count(global, "a");
	await idle();
	expect(watched.pushes.map(({ values }) => values)).toEqual([
		[["a", 1]],
		[["a", 3]],
	]);
	expect(watched.waits).toEqual([0, 600]);
	const [first, second] = watched.pushes;
	expect(second?.from).toBe(first?.to);
});

test("one push to an object is under way at a time", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	watched.during = () => {
		if (watched.pushes.length < 4) watched.count(global, "a");
	};
	watched.count(global, "a");
	await idle();
	const turns = watched.pushes.flatMap(({ from, to }) => [from, to]);
	expect(turns).toEqual([...turns].sort((a, b) => a - b));
	expect(watched.pushes.at(-1)?.values).toEqual([["a", watched.pushes.length]]);
});

test("a push that fails is merged with the next, which comes ever later by alarm", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: ["a", "b"] };
	const global = await watched.begin();
	watched.fails = true;
	watched.count(global, "a");
	await idle();
	watched.count(global, "b");
	await idle();
	const { alarm = 0, now } = watched.place;
	// Memory waits for a second at the most, the rest is left to the alarm.
	expect(alarm - now).toBeGreaterThan(SECOND);
	expect(watched.place.logged("push-failed").length).toBeGreaterThan(1);
	watched.fails = false;
	watched.pushes.length = 0;
	watched.place.now = alarm;
	await watched.place.ring(global);
	await idle();
	expect(watched.pushes).toHaveLength(1);
	expect(new Map(watched.pushes[0]?.values)).toEqual(
		new Map([
			["a", 1],
			["b", 1],
		]),
	);
});

test("an alarm is set before a push is under way, should the object end meanwhile", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	expect(watched.place.alarm).toBeUndefined();
	watched.count(global, "a");
	expect(watched.place.alarm).toBeDefined();
	const anew = watched.start();
	await watched.place.ring(anew);
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["a", 1]]);
});

test("an object that starts anew asks what is watched before it pushes", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: ["a", "b"] };
	const global = await watched.begin();
	watched.count(global, "a");
	await idle();
	watched.pushes.length = 0;
	const anew = watched.start();
	await watched.place.ring(anew);
	await idle();
	// Asks nobody: all pushes were taken.
	expect([watched.meetings, watched.pushes]).toEqual([0, []]);
	watched.count(anew, "b");
	await idle();
	expect(watched.meetings).toBe(1);
	expect(watched.pushes.map(({ values }) => values)).toEqual([[["b", 1]]]);
});

test("an object that ended before a push was taken sends all that is watched", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: ["a", "b", "c"] };
	const global = await watched.begin();
	watched.count(global, "a");
	await idle();
	watched.fails = true;
	watched.count(global, "b");
	await idle();
	watched.fails = false;
	watched.pushes.length = 0;
	const anew = watched.start();
	await watched.place.ring(anew);
	await idle();
	expect(new Map(watched.pushes[0]?.values)).toEqual(
		new Map([
			["a", 1],
			["b", 1],
		]),
	);
});

test("a reset is pushed with all that is watched, also after a restart", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: ["a", "b"] };
	const global = await watched.begin();
	watched.count(global, "a");
	watched.count(global, "b");
	await idle();
	watched.pushes.length = 0;
	watched.fails = true;
	void global.reset("a");
	await idle();
	watched.fails = false;
	const anew = watched.start();
	await watched.place.ring(anew);
	await idle();
	const push = watched.pushes.at(-1);
	expect(push?.values).toEqual([["b", 1]]);
	expect(push?.reset).toBeGreaterThan(push?.from ?? Infinity);
	watched.count(anew, "a");
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["a", 1]]);
	const { from = 0, reset = Infinity } = watched.pushes.at(-1) ?? {};
	expect(reset).toBeLessThanOrEqual(from);
});

test("a live object that slept is pushed to again, as soon as it says who it is", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	watched.place.now += 60 * SECOND;
	watched.met = { life: 2, names: ["a"] };
	watched.count(global, "a");
	await idle();
	expect(watched.pushes.map(({ life }) => life)).toEqual([1, 2]);
	expect(watched.waits).toEqual([0]);
});

test("a live object without viewers gets no more than one push", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	watched.met = { life: 1, names: [] };
	// Answers a push that finds nobody.
	watched.met.life = 2;
	for (let n = 0; n < 5; n++) {
		watched.count(global, "a");
		await idle();
	}
	expect(watched.pushes).toHaveLength(1);
	expect(watched.place.rows("watching")).toBe(0);
});

test("a live object stays whose viewers came while it said that it had none", async () => {
	const watched = new Watched();
	const global = await watched.begin();
	watched.met = { life: 2, names: [] };
	watched.during = () => {
		global.watch({ object: 0, life: 2, names: ["a"] });
		watched.during = () => {};
		watched.met = { life: 2, names: ["a"] };
	};
	watched.count(global, "a");
	await idle();
	expect(watched.place.rows("watching")).toBe(1);
	watched.count(global, "a");
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["a", 2]]);
});

test("a name that nobody watches any more is not pushed, unless it was asked for since", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: ["a", "b"] };
	const global = await watched.begin();
	watched.unwatched = ["a"];
	watched.count(global, "a");
	await idle();
	watched.unwatched = [];
	watched.pushes.length = 0;
	watched.count(global, "a");
	await idle();
	expect(watched.pushes).toEqual([]);

	watched.unwatched = ["b"];
	watched.during = () => {
		watched.during = () => {};
		global.watch({ object: 0, life: 1, names: ["b"] });
	};
	watched.count(global, "b");
	await idle();
	watched.unwatched = [];
	watched.count(global, "b");
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["b", 2]]);
});

test("who watches all counters is pushed every one that changes", async () => {
	const watched = new Watched();
	watched.met = { life: 1, names: true };
	watched.isAll = true;
	const global = await watched.begin();
	watched.count(global, "x");
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["x", 1]]);
	// The last of them left: what the others watch has to be asked.
	watched.isAll = false;
	watched.met = { life: 1, names: ["y"] };
	watched.count(global, "x");
	await idle();
	watched.pushes.length = 0;
	watched.count(global, "x");
	await idle();
	expect([watched.meetings, watched.pushes]).toEqual([1, []]);
});

test("totals are pushed while KV takes its time", async () => {
	const watched = new Watched();
	await watched.begin();
	const global = watched.start({
		kv: { put: () => new Promise(() => {}), delete: async () => {} },
	});
	void global.publish();
	await idle();
	watched.count(global, "a");
	await idle();
	expect(watched.pushes.at(-1)?.values).toEqual([["a", 1]]);
});
