import { drive } from "../../cli/load/drive.ts";
import type { Shot } from "../../cli/load/lane.ts";
import type { Tally } from "../../cli/load/tally.ts";
import { type Server, start } from "./stage.ts";
import type { Subject } from "./subjects.ts";

/** Requests under way at a time, each on a connection of its own. */
export const CONNECTIONS = 64;

/** Milliseconds that a request may take. */
const TIMEOUT_MS = 30_000;

/** Seconds that a turn goes on before it is timed. */
const WARM_UP_SECONDS = 0.3;

/** Sends so many requests, and says what became of them. */
export type Send = (
	next: (n: number) => Shot,
	requests: number,
	concurrency?: number,
) => Promise<Tally>;

/** Load of one turn: for so long, as fast as it goes or at a rate. */
export interface Load {
	seconds: number;
	/** Requests a second. */
	rate?: number;
	/** Requests under way at a time; {@link CONNECTIONS} without it. */
	concurrency?: number;
}

/** Figures of one turn. */
export interface Turn {
	requestsPerSecond: number;
	/** Microseconds of the server's CPU time for each; NaN where nothing tells. */
	cpuMicros: number;
	p50Ms: number;
	p99Ms: number;
	/** Requests that got no 2xx, and why the first did not. */
	failed: number;
	cause?: string;
	/** Counts that were acknowledged, and those not there; negative: too many. */
	acknowledged: number;
	lost: number;
}

/** A subject on a workerd of its own, which stays up between its turns. */
export class Rig {
	readonly subject: Subject;
	readonly server: Server;
	readonly #signal: AbortSignal;
	#total = 0;

	private constructor(subject: Subject, server: Server, signal: AbortSignal) {
		this.subject = subject;
		this.server = server;
		this.#signal = signal;
	}

	static async open(
		subject: Subject,
		dir: string,
		signal: AbortSignal,
	): Promise<Rig> {
		const server = await start(subject.build, dir);
		const rig = new Rig(subject, server, signal);
		await subject.prepare?.(server.origin, (next, requests, concurrency) =>
			rig.#drive(next, {
				requests,
				...(concurrency !== undefined && { concurrency }),
			}),
		);
		rig.#total = (await subject.total?.(server.origin)) ?? 0;
		server.pause();
		return rig;
	}

	/**
	 * Warms up, drives, and compares what was acknowledged with what is there.
	 *
	 * @param driven called between the two
	 * @throws Error if a request failed, or a count is lost or too many; of a
	 * rival it is told instead
	 */
	async run(load: Load, driven?: () => Promise<void>): Promise<Turn> {
		const { counts, total, next } = this.subject;
		this.server.resume();
		const warm = await this.#drive(next, {
			...load,
			seconds: Math.min(WARM_UP_SECONDS, load.seconds),
		});
		const before = await this.server.cpuMicros();
		const tally = await this.#drive(next, load);
		const cpuMicros = (await this.server.cpuMicros()) - before;
		await driven?.();
		const both = [warm, tally];
		const sum = (figure: (one: Tally) => number) =>
			both.reduce((all, one) => all + figure(one), 0);
		const acknowledged = sum((one) => one.acknowledged) * counts;
		const perhaps = sum((one) => one.indeterminate) * counts;
		const expected = this.#total + acknowledged;
		this.#total = (await total?.(this.server.origin)) ?? expected;
		this.server.pause();
		const missing = expected - this.#total;
		const [cause] = both.flatMap(({ failures }) =>
			failures.map((one) => one.cause),
		);
		const turn: Turn = {
			requestsPerSecond: tally.acknowledged / tally.seconds,
			cpuMicros: cpuMicros / tally.acknowledged,
			p50Ms: tally.latencyMs?.p50 ?? Number.NaN,
			p99Ms: tally.latencyMs?.p99 ?? Number.NaN,
			failed: sum(({ failed }) => failed),
			...(cause !== undefined && { cause }),
			acknowledged,
			// More than was acknowledged is as wrong, unless it may have been counted.
			lost: missing < 0 ? Math.min(0, missing + perhaps) : missing,
		};
		this.#judge(turn);
		return turn;
	}

	/** A rival may lose counts, which is told; nothing else may. */
	#judge({ lost, acknowledged, failed, cause }: Turn): void {
		const { name, group } = this.subject;
		if (group === "rivals" || this.#signal.aborted) return;
		if (failed > 0)
			throw new Error(`${name}: ${failed} requests failed: ${cause}`);
		if (lost !== 0)
			throw new Error(`${name}: of ${acknowledged} counts, ${lost} are lost`);
	}

	#drive(
		next: (n: number) => Shot,
		how: Load | { requests: number; concurrency?: number },
	): Promise<Tally> {
		return drive(
			this.server.origin,
			next,
			{ concurrency: CONNECTIONS, ...how },
			{ signal: this.#signal, timeoutMs: TIMEOUT_MS },
		);
	}
}

/** Runs `work` with all subjects up, and stops them. */
export async function withRigs<Result>(
	subjects: readonly Subject[],
	dir: string,
	signal: AbortSignal,
	work: (rigs: readonly Rig[]) => Promise<Result>,
): Promise<Result> {
	const opened = await Promise.allSettled(
		subjects.map((one) => Rig.open(one, dir, signal)),
	);
	const rigs = opened.flatMap((one) =>
		one.status === "fulfilled" ? [one.value] : [],
	);
	try {
		for (const one of opened) if (one.status === "rejected") throw one.reason;
		return await work(rigs);
	} finally {
		await Promise.all(rigs.map(({ server }) => server.stop()));
	}
}
