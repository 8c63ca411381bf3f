import { setTimeout as wait } from "node:timers/promises";
import { Agent, request } from "undici";
import { expect, it, onTestFinished } from "vitest";
import type { Outcome } from "../../cli/load/history.ts";
import type { BoundsChange, Tried } from "../oracle/amounts.ts";
import { checkBounds, checkRefused } from "../oracle/bounds.ts";
import { checkHistory } from "../oracle/checker.ts";
import { KilledServer } from "../support/killed-server.ts";
import { freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";

const SEATS = 1_000;
const BUYERS = 64;
const KILLS = 12;

const config = `version: 1
namespaces:
  shows:
    mount: /
    shardCount: 5
    shardMinRequestToGlobal: 20
    shardWriteToGlobalAfter: 50ms
    globalWriteToKVAfter: 1s
    total: { max: ${SEATS} }
`;

/** Buys seats until there are none, and writes down what came of it. */
class Buyers {
	readonly history: Tried[] = [];
	/** Requests that got no answer yet. */
	#asking = 0;
	#onSold = () => {};
	readonly #server: KilledServer;
	readonly #agent = new Agent({ connections: BUYERS });

	constructor(server: KilledServer) {
		this.#server = server;
	}

	sold(outcome: Outcome): number {
		return this.history
			.filter((one) => one.kind === "increment")
			.filter((one) => one.outcome === outcome).length;
	}

	/** Buys one seat after the other; some with a key, until that one is surely bought. */
	async buy(id: number): Promise<void> {
		for (let n = 0; ; n++) {
			const key = n % 3 === 0 ? `${id}-${n}` : undefined;
			for (;;) {
				const { outcome, isPastBound } = await this.#post(key);
				if (isPastBound) return;
				await wait(Math.random() * 60);
				if (outcome === "acknowledged" || key === undefined) break;
			}
		}
	}

	/**
	 * Waits until some more seats are sold, and some are asked for. No time tells:
	 * a slow machine would sell too many of them before a kill.
	 */
	amid(): Promise<void> {
		const soon = this.sold("acknowledged") + 1 + Math.random() * 15;
		return new Promise((resolve) => {
			this.#onSold = () =>
				// Answers that came together are taken by then.
				void setImmediate(() => {
					if (this.#asking > 2 && this.sold("acknowledged") > soon) resolve();
				});
		});
	}

	async #post(key: string | undefined) {
		const begin = performance.now();
		this.#asking++;
		const { outcome, isPastBound } = await this.#answer(key);
		this.#asking--;
		const end = performance.now();
		const isKnown = outcome !== "indeterminate";
		this.history.push({
			kind: "increment",
			entries: [["seats", 1]],
			begin,
			...(isKnown ? { end } : {}),
			outcome,
			isPastBound,
			...(key !== undefined && { key }),
		});
		if (outcome === "acknowledged") this.#onSold();
		return { outcome, isPastBound };
	}

	async #answer(
		key: string | undefined,
	): Promise<{ outcome: Outcome; isPastBound: boolean }> {
		try {
			const { statusCode, body } = await request(
				`${this.#server.url}/increment/seats`,
				{
					method: "POST",
					dispatcher: this.#agent,
					headers: key === undefined ? {} : { "idempotency-key": key },
				},
			);
			await body.dump();
			if (statusCode === 200)
				return { outcome: "acknowledged", isPastBound: false };
			const isRefused = statusCode === 503 || statusCode === 409;
			return {
				outcome: isRefused ? "refused" : "indeterminate",
				isPastBound: statusCode === 409,
			};
		} catch (error) {
			const { code } = error as { code?: string };
			const outcome = code === "ECONNREFUSED" ? "refused" : "indeterminate";
			return { outcome, isPastBound: false };
		}
	}

	/** Reads the total, which is in the history then. */
	async read(): Promise<number> {
		const begin = performance.now();
		const { body } = await request(
			`${this.#server.url}/counters/seats?read=exact`,
			{ headers: { authorization: `Bearer ${this.#server.token}` } },
		);
		const { value } = (await body.json()) as { value: number };
		this.history.push({
			kind: "read",
			level: "exact",
			values: new Map([["seats", value]]),
			begin,
			end: performance.now(),
		});
		return value;
	}
}

it(`sells ${SEATS} seats to ${BUYERS} buyers over ${KILLS} kills, and not one more`, async () => {
	const project = await Project.create();
	await project.write("counters.yaml", config);
	const server = new KilledServer(project, await freePort());
	onTestFinished(() => server.kill());
	await server.build();
	await server.start();
	const buyers = new Buyers(server);
	let isSoldOut = false;
	const all = Promise.all(
		Array.from({ length: BUYERS }, (_, id) => buyers.buy(id)),
	).then(() => {
		isSoldOut = true;
	});
	let kills = 0;
	while (kills < KILLS) {
		await Promise.race([buyers.amid(), all]);
		if (isSoldOut) break;
		await server.kill();
		await server.start();
		kills++;
	}
	await all;

	const total = await buyers.read();
	const sold = buyers.sold("acknowledged");
	expect(kills).toBe(KILLS);
	expect(total).toBe(SEATS);
	expect(sold).toBeLessThanOrEqual(SEATS);
	expect(buyers.sold("indeterminate")).toBeGreaterThan(10);
	const bound: BoundsChange = {
		counter: "seats",
		bounds: { min: -Infinity, max: SEATS },
		begin: 0,
		end: 0,
		outcome: "acknowledged",
	};
	expect(checkBounds(buyers.history, [bound])).toEqual([]);
	expect(checkRefused(buyers.history, [bound])).toEqual([]);
	const final = new Map([["seats", total]]);
	expect(checkHistory(buyers.history, { final })).toEqual([]);
});
