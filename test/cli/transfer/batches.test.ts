import { expect, test } from "vitest";
import type { Move } from "../../../cli/transfer/amounts.ts";
import { batches } from "../../../cli/transfer/batches.ts";

/** Largest body that the Worker takes; bytes. */
const BODY_BYTES = 4 * 1024 * 1024;

/** Makes so many counters, each named by 256 of a character. */
function named(character: string, counters: number): Move[] {
	return Array.from({ length: counters }, (_, n) => [
		`${n}`.padEnd(256, character),
		Math.floor(Number.MAX_SAFE_INTEGER / counters),
	]);
}

function sizes(moves: readonly Move[]): { counters: number; bytes: number }[] {
	const cut = [...batches(moves, (move) => move)];
	expect(cut.flat()).toEqual(moves);
	return cut.map((batch) => ({
		counters: batch.length,
		bytes: Buffer.byteLength(JSON.stringify(Object.fromEntries(batch))),
	}));
}

test("10,000 counters go in one request, whose names have full length", () => {
	expect(sizes(named("a", 10_000))).toHaveLength(1);
	expect(sizes(named("a", 10_001))).toHaveLength(2);
});

test.each([["漢"], ["\u0001"], ['"']])(
	"fewer do where their names take more bytes: %j",
	(character) => {
		const all = sizes(named(character, 20_000));
		expect(all.length).toBeGreaterThan(2);
		for (const { bytes } of all) expect(bytes).toBeLessThan(BODY_BYTES);
		// No request is wasted, either.
		for (const { bytes } of all.slice(0, -1))
			expect(bytes).toBeGreaterThan(BODY_BYTES / 2);
	},
);
