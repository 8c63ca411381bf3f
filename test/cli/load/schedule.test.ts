import { performance } from "node:perf_hooks";
import { beforeEach, expect, test, vi } from "vitest";
import { Schedule, type Turn } from "../../../cli/load/schedule.ts";

let now: number;
beforeEach(() => {
	now = 1000;
	const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
	return () => clock.mockRestore();
});

/** All turns that are left, if each takes `ms` before the next is asked for. */
function turns(schedule: Schedule, ms: number): Turn[] {
	const taken: Turn[] = [];
	for (let turn = schedule.take(); turn; turn = schedule.take()) {
		taken.push(turn);
		now += ms;
	}
	return taken;
}

test("a rate spaces the turns, however long each takes", () => {
	const even = [1, 2, 3, 4].map((n) => ({ n, due: 1000 + 5 * n }));
	const pace = { concurrency: 1, requests: 5, rate: 200 };
	expect(turns(new Schedule(pace, 1), 0)).toEqual(even);
	expect(turns(new Schedule(pace, 1), 900)).toEqual(even);
});

test("time at a rate gives as many turns as are due, the overdue ones too", () => {
	const pace = { concurrency: 1, seconds: 0.5, rate: 200 };
	const schedule = new Schedule(pace, 0);
	now += 499;
	const taken = turns(schedule, 0);
	expect(taken).toHaveLength(100);
	expect(taken.at(-1)).toEqual({ n: 99, due: 1495 });
});

test("nothing is due at the end, and nothing overdue is begun after it", () => {
	const pace = { concurrency: 1, seconds: 0.5, rate: 200 };
	const schedule = new Schedule(pace, 0);
	expect(turns(schedule, 100)).toHaveLength(5);
	expect(schedule.take()).toBeUndefined();
});

test("without a rate, each turn is due when it is asked for", () => {
	const pace = { concurrency: 1, seconds: 0.1 };
	expect(turns(new Schedule(pace, 3), 40)).toEqual([
		{ n: 3, due: 1000 },
		{ n: 4, due: 1040 },
		{ n: 5, due: 1080 },
	]);
});
