import { expect, test } from "vitest";
import { Alarm } from "../../templates/runtime/object/alarm.ts";

const MINUTE_MS = 60_000;

/** An alarm, its clock, every moment that it was set to, and its pauses. */
function place() {
	const set: (number | undefined)[] = [];
	const pauses: number[] = [];
	const clock = { now: 0 };
	/** Times that the disk does not take it. */
	const refused = { times: 0 };
	const alarm = new Alarm({
		now: () => clock.now,
		random: () => 0,
		wait: async (ms) => void pauses.push(ms),
		setAlarm: (at) => {
			set.push(at);
			return refused.times-- > 0
				? Promise.reject(new Error("full"))
				: undefined;
		},
		log: () => {},
	});
	return { set, pauses, clock, refused, alarm };
}

test("an alarm is set once, and again only for an earlier moment", () => {
	const { set, alarm } = place();
	for (const at of [5_000, 7_000, 5_000, 4_000, 6_000]) alarm.ringBy(at);
	expect(set).toEqual([5_000, 4_000]);
});

test("one that never rang is set again, once a minute", () => {
	const { set, clock, alarm } = place();
	alarm.ringBy(5_000);
	clock.now = 5_000 + MINUTE_MS;
	alarm.ringBy(5_000);
	expect(set).toEqual([5_000]);
	const moments = [1, 2, MINUTE_MS, MINUTE_MS + 1, MINUTE_MS + 2].map(
		(ms) => 5_000 + MINUTE_MS + ms,
	);
	for (clock.now of moments) alarm.ringBy(5_000);
	expect(set).toEqual([5_000, 65_001, 125_002]);
});

test("one that rang is set for what is due next, at once if that is past", async () => {
	const { set, clock, alarm } = place();
	alarm.ringBy(5_000);
	clock.now = 10 * MINUTE_MS;
	await alarm.rang(6_000);
	alarm.ringBy(6_000);
	expect(set).toEqual([5_000, 10 * MINUTE_MS]);
});

test("one that is set to where it is set already is not written again", () => {
	const { set, alarm } = place();
	for (const at of [5_000, 5_000, undefined, undefined, 5_000])
		alarm.ringAt(at);
	expect(set).toEqual([5_000, undefined, 5_000]);
});

test("one that rings in time does not pause, though something is due later", async () => {
	const { pauses, clock, alarm } = place();
	alarm.ringBy(5_000);
	clock.now = 5_000;
	expect(await alarm.rang(9_000)).toBe(5_000);
	expect(pauses).toEqual([]);
	alarm.ringBy(9_000);
	clock.now = 8_700;
	expect(await alarm.rang(9_000)).toBe(9_000);
	expect(pauses).toEqual([300]);
});

test("one that the disk does not take is set until it does", async () => {
	const { set, pauses, refused, alarm } = place();
	refused.times = 3;
	await alarm.ringAt(5_000);
	expect(set).toEqual([5_000, 5_000, 5_000, 5_000]);
	// Longer and longer.
	expect(pauses).toEqual([250, 500, 1_000]);
	await alarm.ringAt(5_000);
	expect(set).toHaveLength(4);
});

test("one that the disk does not take is not set once another is due", async () => {
	const { set, refused, alarm } = place();
	refused.times = 1;
	const first = alarm.ringAt(5_000);
	const second = alarm.ringAt(4_000);
	await Promise.all([first, second]);
	expect(set).toEqual([5_000, 4_000]);
});

test("who sets one again that the disk does not take waits for it, too", async () => {
	const { set, refused, alarm } = place();
	refused.times = 2;
	alarm.ringBy(5_000);
	await alarm.ringAt(5_000);
	expect(set).toEqual([5_000, 5_000, 5_000]);
});
