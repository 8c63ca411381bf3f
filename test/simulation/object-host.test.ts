import { scheduler } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Log } from "../../templates/runtime/log.ts";
import { objectHost } from "../../templates/runtime/object/host.ts";

type Storage = Parameters<typeof objectHost>[0];

/** Longer than any test. */
const LONG_MS = 3_600_000;

// The platform's, and Node's outside of it.
beforeEach(() => {
	vi.stubGlobal("scheduler", scheduler);
});
afterEach(() => {
	vi.unstubAllGlobals();
	vi.useRealTimers();
});

function hostOf(storage: object = {}, log: Log = () => {}) {
	return objectHost(storage as Storage, log);
}

test("an object sets its alarm in its storage, and deletes it there", () => {
	const done: unknown[] = [];
	const { setAlarm } = hostOf({
		setAlarm: (at: number) => done.push(at),
		deleteAlarm: () => done.push("deleted"),
	});
	for (const at of [5_000, undefined, 0]) setAlarm(at);
	expect(done).toEqual([5_000, "deleted", 0]);
});

test.each([
	["the disk breaks", "object-failed"],
	["database or disk is full: SQLITE_FULL", "storage-full"],
])(
	"an object learns that its alarm could not be set, and logs it: %s",
	async (text, event) => {
		// A full disk is logged once a minute in an isolate: here, in a worker of tests.
		vi.setSystemTime(1_000_000_000_000);
		const full = new Error(text);
		const lines: unknown[][] = [];
		const { setAlarm } = hostOf(
			{ setAlarm: () => Promise.reject(full) },
			(...line) => lines.push(line),
		);
		await expect(setAlarm(5_000)).rejects.toBe(full);
		const error = `Error: ${text}`;
		const during = event === "object-failed" ? { during: "setAlarm" } : {};
		expect(lines).toEqual([
			["error", event, expect.objectContaining({ error, ...during })],
		]);
	},
);

test("an object has a clock and random numbers", () => {
	const { now, random } = hostOf();
	const before = Date.now();
	expect(now()).toBeGreaterThanOrEqual(before);
	expect(now()).toBeLessThanOrEqual(Date.now());
	const drawn = new Set(Array.from({ length: 10 }, random));
	expect(drawn.size).toBe(10);
	for (const number of drawn) {
		expect(number).toBeGreaterThanOrEqual(0);
		expect(number).toBeLessThan(1);
	}
});

test("an object waits until it is told not to", {
	timeout: 5_000,
}, async () => {
	const { wait } = hostOf();
	expect(await wait(0)).toBeUndefined();
	const ended = new AbortController();
	const waiting = wait(LONG_MS, ended.signal);
	ended.abort();
	await expect(waiting).rejects.toThrow("aborted");
});
