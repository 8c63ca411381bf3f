import { beforeEach, expect, test, vi } from "vitest";
import type { Log } from "../../templates/runtime/log.ts";

const hidden = new Error("internal error; reference = abc");

/** A fresh isolate, as far as the log of full disks goes. */
async function isolate() {
	vi.resetModules();
	return import("../../templates/runtime/storage-full.ts");
}

function probe(status: number) {
	const fetch = vi.fn(async () => new Response(null, { status }));
	return { fetch, env: { COUNTER_GEN_STORAGE_PROBE: { fetch } } };
}

const lines: [string, string][] = [];
const log: Log = (level, event) => lines.push([level, event]);
beforeEach(() => {
	lines.length = 0;
});

test.each([
	"database or disk is full: SQLITE_FULL",
	"No space left on device (os error 28)",
	"KV GET failed: 507 Insufficient Storage",
])("names the disk: %s", async (text) => {
	const { namingFullStorage } = await isolate();
	const error = Object.assign(new Error(text), { durableObjectReset: true });
	const named = await namingFullStorage(error, {}, log);
	expect((named as { problem: unknown }).problem).toMatchObject({
		code: "storage-full",
		status: 503,
		retryAfter: 30,
		detail: expect.stringContaining("not known whether an increment"),
	});
	expect(lines).toEqual([["error", "storage-full"]]);
});

test("is logged once a minute", async () => {
	const { namingFullStorage } = await isolate();
	for (let n = 0; n < 5; n++)
		await namingFullStorage(new Error("SQLITE_FULL"), {}, log);
	expect(lines).toHaveLength(1);
});

test("an error that hides its cause comes of a full disk if the probe says so", async () => {
	const { namingFullStorage } = await isolate();
	for (const [status, isFull] of [
		[507, true],
		[204, false],
	] as const) {
		const named = await namingFullStorage(hidden, probe(status).env, log);
		expect(named !== hidden).toBe(isFull);
	}
	expect(await namingFullStorage(hidden, {}, log)).toBe(hidden);
	const broken = { fetch: () => Promise.reject(new Error("gone")) };
	const env = { COUNTER_GEN_STORAGE_PROBE: broken };
	expect(await namingFullStorage(hidden, env, log)).toBe(hidden);
});

test("an error that tells its cause asks no probe", async () => {
	const { namingFullStorage } = await isolate();
	const { fetch, env } = probe(507);
	const error = new Error("shard0 is not the global object");
	expect(await namingFullStorage(error, env, log)).toBe(error);
	expect(fetch).not.toHaveBeenCalled();
	expect(lines).toEqual([]);
});

test("seems full as the probe says or, without one, for a minute", async () => {
	const { namingFullStorage, seemsFull } = await isolate();
	expect(await seemsFull({})).toBe(false);
	await namingFullStorage(new Error("SQLITE_FULL"), {}, log);
	expect(await seemsFull({})).toBe(true);
	expect(await seemsFull(probe(204).env)).toBe(false);
	expect(await seemsFull(probe(507).env)).toBe(true);
});

test("a probe that found room is asked again after a second", async () => {
	const { seemsFull } = await isolate();
	const { fetch, env } = probe(204);
	const now = vi.spyOn(Date, "now").mockReturnValue(10_000);
	expect(await seemsFull(env)).toBe(false);
	fetch.mockImplementation(async () => new Response(null, { status: 507 }));
	now.mockReturnValue(10_999);
	expect(await seemsFull(env)).toBe(false);
	expect(fetch).toHaveBeenCalledTimes(1);
	now.mockReturnValue(11_000);
	// Whoever comes while it is asked is answered what it found before.
	expect(await Promise.all([seemsFull(env), seemsFull(env)])).toEqual([
		true,
		false,
	]);
	expect(fetch).toHaveBeenCalledTimes(2);
	// A full disk may have room again at any moment.
	expect(await seemsFull(env)).toBe(true);
	fetch.mockImplementation(async () => new Response(null, { status: 204 }));
	expect(await seemsFull(env)).toBe(false);
	expect(await seemsFull(env)).toBe(false);
	expect(fetch).toHaveBeenCalledTimes(4);
	// A clock that steps back holds nothing up.
	now.mockReturnValue(5_000);
	expect(await seemsFull(env)).toBe(false);
	expect(fetch).toHaveBeenCalledTimes(5);
	now.mockRestore();
});
