import { expect, test } from "vitest";
import { history } from "../../../templates/runtime/history/feature.ts";
import { Place } from "../lone-objects.ts";
import { Random } from "../random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START = 20_000 * DAY_MS;

const KEPT = { minute: 2 * HOUR_MS, hour: 7 * DAY_MS, day: 400 * DAY_MS };

/** A namespace that is counted in 200 times a second, and flushed every 5 s. */
const INCREMENTS = 1_000;
const FLUSH_MS = 5_000;

/** Counts rows written for an increment, over 80 minutes. */
async function rowsOf(
	next: () => number,
	counters: number,
	isKept: boolean,
): Promise<number> {
	const at = new Place();
	at.now = START;
	const global = at.global(
		{},
		isKept ? { history: history({ ...KEPT, timeZone: "UTC" }) } : {},
	);
	global.register(
		[Array.from({ length: counters }, (_, n) => `counter-${n}`)],
		0,
	);
	const before = at.storage.rowsWritten;
	let seq = 0;
	while (at.now < START + 80 * MINUTE_MS) {
		const sums = new Map<string, number>();
		for (let n = 0; n < INCREMENTS; n++) {
			const name = `counter-${next()}`;
			sums.set(name, (sums.get(name) ?? 0) + 1);
		}
		const slot = Math.floor(at.now / MINUTE_MS);
		global.apply({
			version: 1,
			shard: 0,
			epoch: 1,
			seq: ++seq,
			reason: "afterNoRequest",
			requests: INCREMENTS,
			entries: [...sums],
			...(isKept && { slots: [[slot]], mark: slot }),
		});
		at.now += FLUSH_MS;
		// Steps that are due, one after the other.
		for (let n = 0; n < 5; n++)
			await new Promise((resolve) => setImmediate(resolve));
	}
	return (at.storage.rowsWritten - before) / (seq * INCREMENTS);
}

test.each<[string, number, number, () => () => number]>([
	[
		"1,000 counters in turn",
		1_000,
		0.1,
		() => {
			let turn = 0;
			return () => turn++ % 1_000;
		},
	],
	[
		"Zipf over 10,000 counters",
		10_000,
		0.4,
		() => {
			const random = new Random(1);
			// The n-th in proportion to 1/n.
			return () => Math.floor(10_000 ** random.next()) - 1;
		},
	],
])(
	"all kinds of history cost few rows an increment, %s",
	async (_, counters, most, draw) => {
		const plain = await rowsOf(draw(), counters, false);
		const kept = await rowsOf(draw(), counters, true);
		expect(kept).toBeGreaterThan(plain);
		expect(kept - plain).toBeLessThan(most);
		console.log(
			`rows an increment, of the global object: ${plain.toFixed(4)}, with history ${kept.toFixed(4)}`,
		);
	},
);
