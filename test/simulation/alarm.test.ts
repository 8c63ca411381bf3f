import { expect, test } from "vitest";
import { Alarm } from "../../templates/runtime/object/alarm.ts";

const MINUTE = 60_000;

/** An alarm, its clock, and every moment that it was set to. */
function place() {
	const set: (number | undefined)[] = [];
	const clock = { now: 0 };
	const alarm = new Alarm({
		now: () => clock.now,
		random: () => 0,
		wait: () => Promise.resolve(),
		setAlarm: (at) => set.push(at),
		log: () => {},
	});
	return { set, clock, alarm };
}

test("an alarm is set once, and again only for an earlier moment", () => {
	const { set, alarm } = place();
	for (const at of [5_000, 7_000, 5_000, 4_000, 6_000]) alarm.ringBy(at);
	expect(set).toEqual([5_000, 4_000]);
});

test("one that never rang is set again, once a minute", () => {
	const { set, clock, alarm } = place();
	alarm.ringBy(5_000);
	clock.now = 5_000 + MINUTE;
	alarm.ringBy(5_000);
	expect(set).toEqual([5_000]);
	const moments = [1, 2, MINUTE, MINUTE + 1, MINUTE + 2].map(
		(ms) => 5_000 + MINUTE + ms,
	);
	for (clock.now of moments) alarm.ringBy(5_000);
	expect(set).toEqual([5_000, 65_001, 125_002]);
});

test("one that rang is set for what is due next, at once if that is past", async () => {
	const { set, clock, alarm } = place();
	alarm.ringBy(5_000);
	clock.now = 10 * MINUTE;
	await alarm.rang(6_000);
	alarm.ringBy(6_000);
	expect(set).toEqual([5_000, 10 * MINUTE]);
});
