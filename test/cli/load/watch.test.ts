import { expect, test } from "vitest";
import { CounterGenError } from "../../../cli/errors.ts";
import { type Reading, watch } from "../../../cli/load/watch.ts";

const times = { pollMs: 5, settleMs: 0, giveUpMs: 20 };
const { signal } = new AbortController();

test("a value that moves is waited for, one that stands still is given up", async () => {
	let polls = 0;
	const readings: Reading[] = [];
	const read = async () => Math.min(++polls, 20);
	for await (const reading of watch(read, times, signal)) {
		readings.push(reading);
		if (reading.final) break;
	}
	expect(readings.slice(0, 20).map(({ final }) => final)).not.toContain(true);
	expect(readings.at(-1)).toEqual({ value: 20, final: true });
});

test("a reading that fails is no movement and keeps the value", async () => {
	let polls = 0;
	const readings: Reading[] = [];
	const read = async () => {
		if (++polls > 1)
			throw new CounterGenError({ code: "server-unreachable", what: "gone" });
		return 7;
	};
	for await (const reading of watch(read, times, signal)) {
		readings.push(reading);
		if (reading.final) break;
	}
	expect(readings[0]).toEqual({ value: 7, final: false });
	expect(readings.at(-1)).toEqual({ value: 7, final: true, trouble: "gone" });
});
