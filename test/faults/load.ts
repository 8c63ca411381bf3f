import type { Read } from "../../cli/client/pages.ts";
import { parseTarget } from "../../cli/client/target.ts";
import { CounterGenError } from "../../cli/errors.ts";
import { CounterApi } from "../../cli/load/api.ts";
import { drive } from "../../cli/load/drive.ts";
import type { IncrementRequest } from "../../cli/load/history.ts";
import type { Outcome } from "../../cli/load/lane.ts";
import { countersOf, type Plan, shotsOf } from "../../cli/load/plan.ts";
import type { Pace } from "../../cli/load/schedule.ts";
import { verify } from "../../cli/load/verify.ts";
import type { Server } from "./server.ts";

/** Limit of a request: longer than a short fault. */
const TIMEOUT_MS = 90_000;

/** Increments of one namespace, and what became of them. */
export class Load {
	/** Requests: those sent, those that counted, those that may have. */
	sent = 0;
	acknowledged = 0;
	indeterminate = 0;
	/** All that was sent, answered or not. */
	readonly history: IncrementRequest[] = [];
	/** Failures by cause; of a refusal, by what the server says of it. */
	readonly failures = new Map<string, number>();
	readonly #server: Server;
	readonly #plan: Plan;
	readonly #prefix: string;
	#isOn = true;
	#running: Promise<void> | undefined;

	constructor(server: Server, prefix: string, pace: Pace) {
		this.#server = server;
		this.#prefix = prefix;
		// All counters of a request rise alike, or it was torn.
		this.#plan = { counter: "load", batch: 3, by: 1, pace };
	}

	/** The counters that every request raises by one. */
	get counters(): string[] {
		return countersOf(this.#plan);
	}

	/** Drives what its pace says, once. */
	async run(): Promise<void> {
		const shots = shotsOf(this.#plan, this.#prefix);
		const requests: IncrementRequest[] = [];
		const next = () => {
			this.sent++;
			requests.push(this.#begin(1));
			return shots();
		};
		await drive(this.#server.url, next, this.#plan.pace, {
			signal: new AbortController().signal,
			timeoutMs: TIMEOUT_MS,
			onAnswer: (n, outcome) => this.#record(outcome, requests[n]),
		});
	}

	/** Increments that often at the first shard, all at once; resolves once all have an answer. */
	async flood(times: number): Promise<void> {
		this.sent += times;
		const request = this.#begin(times);
		const counters = Object.fromEntries(this.counters.map((one) => [one, 1]));
		const flood = { times, counters };
		const { status, body } = await this.#server.ask(
			"/-/flood",
			"POST",
			flood,
			2 * TIMEOUT_MS,
		);
		if (status !== 200) throw new Error(`a flood was answered with ${status}`);
		const { counted = 0, ...others } = body as Record<string, number>;
		this.acknowledged += counted;
		this.#end(request, "acknowledged", counted);
		for (const [code, number] of Object.entries(others)) {
			if (code !== "shard-full") {
				this.indeterminate += number;
				this.#begin(number, request.begin);
			}
			this.failures.set(code, (this.failures.get(code) ?? 0) + number);
		}
	}

	/** Drives it again and again, until it is stopped. */
	start(): void {
		const loop = async () => {
			while (this.#isOn)
				await this.run().catch((error: unknown) => {
					// The first request was refused, which is recorded.
					if (!(error instanceof CounterGenError)) throw error;
				});
		};
		this.#running = loop();
		// Awaited by `stop()`, which throws what this rejects with.
		this.#running.catch(() => {});
	}

	/** Sends no more, and waits for the answers to what was sent. */
	async stop(): Promise<void> {
		this.#isOn = false;
		await this.#running;
	}

	/** Finds what is wrong with the totals, once they stand still. */
	async verify(read: Read): Promise<string | undefined> {
		const target = parseTarget(this.#server.url + this.#prefix);
		const { signal } = new AbortController();
		const api = new CounterApi(target, this.#server.token, signal, TIMEOUT_MS);
		const { acknowledged, indeterminate, counters } = this;
		const { ok, ...found } = await verify(api, {
			counters,
			before: counters.map(() => 0),
			sent: { acknowledged, indeterminate, by: 1 },
			read,
			admin: true,
			times: { pollMs: 100, settleMs: 500, giveUpMs: 75_000 },
			signal,
		});
		await api.close();
		return ok ? undefined : JSON.stringify(found);
	}

	/** Notes a request that raises all counters; until it ends, it may have. */
	#begin(by: number, begin = performance.now()): IncrementRequest {
		const entries = this.counters.map((name) => [name, by] as const);
		const request: IncrementRequest = {
			kind: "increment",
			entries,
			begin,
			outcome: "indeterminate",
		};
		this.history.push(request);
		return request;
	}

	#end(
		request: IncrementRequest,
		outcome: IncrementRequest["outcome"],
		by = 1,
	): void {
		request.end = performance.now();
		request.outcome = outcome;
		request.entries = this.counters.map((name) => [name, by]);
	}

	#record(outcome: Outcome, request: IncrementRequest | undefined): void {
		if (!request) throw new Error("an answer to what was not sent");
		if (outcome.kind === "acknowledged") {
			this.acknowledged++;
			this.#end(request, "acknowledged");
			return;
		}
		const { cause, problem = "" } = outcome;
		// The driver believes no answer of 500 and above; these are sure.
		const isSure =
			outcome.kind === "refused" || /nothing was counted/i.test(problem);
		if (isSure) this.#end(request, "refused");
		else this.indeterminate++;
		const why = problem === "" ? cause : `${cause}: ${problem}`;
		this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
	}
}
