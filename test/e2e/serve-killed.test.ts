import { setTimeout as wait } from "node:timers/promises";
import { request } from "undici";
import { expect, it, onTestFinished } from "vitest";
import type { Operation, ReadLevel } from "../../cli/load/history.ts";
import { checkHistory } from "../oracle/checker.ts";
import { KilledServer } from "../support/killed-server.ts";
import { eventually, freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";

const KILLS = 24;
const SHARD_COUNTS = [3, 1, 4, 2, 5, 2];
const NAMES = ["a", "b", "c"];

const config = (shardCount: number) => `version: 1
namespaces:
  metrics:
    mount: /
    shardCount: ${shardCount}
    shardMinRequestToGlobal: 7
    shardWriteToGlobalAfter: 50ms
    globalMinWritesToKV: 3
    globalWriteToKVAfter: 1s
  votes:
    shardCount: ${(shardCount % 3) + 1}
    shardMinRequestToGlobal: 20
    shardWriteToGlobalAfter: 20ms
    globalWriteToKVAfter: 2s
    increment: { min: -5, max: 5 }
    history: { minute: 2h, hour: 7d, day: 400d }
    timeZone: Asia/Kathmandu
`;

/** Everything that clients did in one namespace, and what they were told. */
class Clients {
	readonly history: Operation[] = [];
	readonly #server: KilledServer;
	readonly #base: string;
	readonly #signs: readonly number[];
	running = true;

	constructor(server: KilledServer, mount: string, signs: readonly number[]) {
		this.#server = server;
		this.#base = server.url + mount;
		this.#signs = signs;
	}

	get acknowledged(): number {
		return this.history.filter(
			(one) => one.kind === "increment" && one.outcome === "acknowledged",
		).length;
	}

	async increment(key?: string): Promise<void> {
		const entries = [...NAMES]
			.sort(() => Math.random() - 0.5)
			.slice(0, Math.random() < 0.3 ? 2 : 1)
			.map((name) => [name, this.#by()] as const);
		// With a key: again and again, until it is known to have counted.
		do {
			const begin = performance.now();
			const outcome = await this.#post(entries, key);
			this.history.push({
				kind: "increment",
				entries,
				begin,
				end: performance.now(),
				outcome,
				...(key === undefined ? {} : { key }),
			});
			if (outcome !== "acknowledged") await wait(20);
			else return;
		} while (key !== undefined);
	}

	async #post(
		entries: readonly (readonly [string, number])[],
		key: string | undefined,
	) {
		try {
			const { statusCode, body } = await request(`${this.#base}/increments`, {
				method: "POST",
				body: JSON.stringify(Object.fromEntries(entries)),
				headers: key === undefined ? {} : { "idempotency-key": key },
			});
			await body.dump();
			if (statusCode === 200) return "acknowledged";
			return statusCode === 503 ? "refused" : "indeterminate";
		} catch (error) {
			const { code } = error as { code?: string };
			return code === "ECONNREFUSED" ? "refused" : "indeterminate";
		}
	}

	/** A read, which is in the history if it got an answer. */
	async read(level: ReadLevel): Promise<Map<string, number> | undefined> {
		const begin = performance.now();
		try {
			const { statusCode, headers, body } = await request(
				`${this.#base}/counters?read=${level}`,
				{ headers: { authorization: `Bearer ${this.#server.token}` } },
			);
			const answer = (await body.json()) as Record<string, number>;
			if (statusCode !== 200) return undefined;
			const values = new Map(NAMES.map((name) => [name, answer[name] ?? 0]));
			const asOf = Date.parse(String(headers["counter-as-of"]));
			this.history.push({
				kind: "read",
				level,
				values,
				begin,
				end: performance.now(),
				...(Number.isNaN(asOf) ? {} : { asOf }),
			});
			return values;
		} catch {
			return undefined;
		}
	}

	async run(id: number): Promise<void> {
		for (let n = 0; this.running; n++)
			if (n % 10 === id % 10) await this.read(pick(["kv", "global", "exact"]));
			else await this.increment(n % 4 === 0 ? `${id}-${n}` : undefined);
	}

	#by(): number {
		return pick(this.#signs) * (1 + Math.floor(Math.random() * 5));
	}
}

/** Expects that what was counted in minutes, in hours and in days is the total. */
async function expectSums({ url, token }: KilledServer): Promise<void> {
	const read = async (path: string) => {
		const { body, statusCode } = await request(`${url}/votes/${path}`, {
			headers: { Authorization: `Bearer ${token}` },
		});
		const answer = await body.json();
		expect([path, statusCode]).toEqual([path, 200]);
		return answer as { value: number; points: { value: number }[] };
	};
	for (const name of NAMES) {
		const { value } = await read(`counters/${name}?read=exact`);
		for (const by of ["minute&last=120", "hour&last=48", "day&last=3"]) {
			const { points } = await read(`history/${name}?by=${by}&read=exact`);
			const sum = points.reduce((all, one) => all + one.value, 0);
			expect([name, by, sum]).toEqual([name, by, value]);
		}
	}
}

function pick<T>(items: readonly T[]): T {
	return items[Math.floor(Math.random() * items.length)] as T;
}

it(`keeps every promise over ${KILLS} kills and ${SHARD_COUNTS.length} changes of shardCount`, async () => {
	const project = await Project.create();
	await project.write("counters.yaml", config(2));
	const server = new KilledServer(project, await freePort());
	onTestFinished(() => server.kill());
	await server.build();
	await server.start();
	const namespaces = [
		new Clients(server, "", [1]),
		new Clients(server, "/votes", [1, -1]),
	];
	const loops = namespaces.flatMap((clients) =>
		Array.from({ length: 6 }, (_, id) => clients.run(id)),
	);

	const acknowledged = async () => namespaces.map((one) => one.acknowledged);
	for (let kill = 1; kill <= KILLS; kill++) {
		const before = await acknowledged();
		await wait(50 + Math.random() * 400);
		// A busy machine answers nothing in that time, and nothing would be lost.
		await eventually(acknowledged, (now) =>
			now.every((times, n) => times > (before[n] ?? 0)),
		);
		await server.kill();
		if (kill % 4 === 0) {
			const next = SHARD_COUNTS[kill / 4 - 1] ?? 2;
			await project.write("counters.yaml", config(next));
			await server.build();
		}
		await server.start();
	}
	for (const clients of namespaces) clients.running = false;
	await Promise.all(loops);

	await expectSums(server);
	for (const clients of namespaces) {
		const final = await clients.read("exact");
		const increments = clients.history.filter(
			({ kind }) => kind === "increment",
		);
		for (const outcome of ["acknowledged", "indeterminate"])
			expect(
				increments.filter((one) => "outcome" in one && one.outcome === outcome)
					.length,
			).toBeGreaterThan(10);
		expect(checkHistory(clients.history, final ? { final } : {})).toEqual([]);
		for (const level of ["global", "kv"] as const)
			expect(
				await eventually(
					async () => (await clients.read(level)) ?? new Map(),
					(values) =>
						NAMES.every((name) => values.get(name) === final?.get(name)),
				),
			).toEqual(final);
	}
});
