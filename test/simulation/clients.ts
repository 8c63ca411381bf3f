import type { Operation, Outcome } from "../../cli/load/history.ts";
import type { IdempotencyKey } from "../../templates/runtime/idempotency.ts";
import { kvKey } from "../../templates/runtime/kv.ts";
import type { Refusal } from "../../templates/runtime/problem.ts";
import type { Entry, Totals } from "../../templates/runtime/protocol.ts";
import {
	allShards,
	type CounterSettings,
} from "../../templates/runtime/settings.ts";
import type { Cluster } from "./cluster.ts";

/** After this a client gives up; milliseconds. Longer than any fault lasts. */
const PATIENCE = 200_000;

/** A Worker: runs the code it was started with until it is replaced. */
export interface Worker {
	settings: CounterSettings;
}

/** An attempt at an increment, with what only the simulation looks at. */
export type Attempt = Extract<Operation, { kind: "increment" }> & {
	/** Code of the problem, if it was refused. */
	code?: string;
};

/** Does what stubs do in a Worker, and writes down what came of it. */
export class Clients {
	readonly #cluster: Cluster;
	readonly #counters: readonly string[];
	readonly history: Operation[] = [];
	readonly attempts: Attempt[] = [];
	/** For each read of KV, the key that answered. */
	readonly #kvKeys = new Map<Operation, string>();

	constructor(cluster: Cluster, counters: readonly string[]) {
		this.#cluster = cluster;
		this.#counters = counters;
	}

	async increment(
		{ settings }: Worker,
		entries: readonly Entry[],
		key?: string,
	): Promise<Outcome> {
		const { random, runtime, scheduler } = this.#cluster;
		const shard =
			key === undefined
				? random.int(0, settings.shardCount - 1)
				: runtime.homeOf(key, settings.shardCount);
		const attempt: Attempt = {
			kind: "increment",
			entries,
			begin: scheduler.moment(),
			outcome: "indeterminate",
			...(key !== undefined && { key }),
		};
		this.history.push(attempt);
		this.attempts.push(attempt);
		const options = key === undefined ? [] : [identity(settings, key, entries)];
		const answer = await this.#ask<object>(`shard${shard}`, "increment", [
			entries,
			...options,
		]);
		if (!answer) return attempt.outcome;
		attempt.end = scheduler.moment();
		attempt.outcome = "problem" in answer ? "refused" : "acknowledged";
		if ("problem" in answer) attempt.code = (answer as Refusal).problem.code;
		return attempt.outcome;
	}

	/**
	 * The history as readers of each KV key saw it: after a change of the prefix
	 * one key may be behind another.
	 */
	get histories(): Operation[][] {
		const keys = new Set(this.#kvKeys.values());
		if (keys.size === 0) return [this.history];
		return [...keys].map((key) =>
			this.history.filter((one) => (this.#kvKeys.get(one) ?? key) === key),
		);
	}

	async read(
		{ settings }: Worker,
		level: "kv" | "global" | "exact",
	): Promise<boolean> {
		const begin = this.#cluster.scheduler.moment();
		const kv = level === "kv" ? await this.#kv(settings) : undefined;
		const answer =
			kv ??
			(await this.#ask<Totals | Refusal>(
				"global",
				level === "exact" ? "exact" : "totals",
				[],
			));
		if (!answer || "problem" in answer) return false;
		const values = new Map(this.#counters.map((name) => [name, 0]));
		for (const [name, value] of answer.entries) values.set(name, value);
		const read: Operation = {
			kind: "read",
			level,
			values,
			...(answer.asOf > 0 && { asOf: answer.asOf }),
			begin,
			end: this.#cluster.scheduler.moment(),
		};
		this.history.push(read);
		if (kv) this.#kvKeys.set(read, kv.key);
		return true;
	}

	async reset(counter?: string): Promise<void> {
		const { scheduler } = this.#cluster;
		const reset: Extract<Operation, { kind: "reset" }> = {
			kind: "reset",
			...(counter !== undefined && { counter }),
			begin: scheduler.moment(),
			outcome: "indeterminate",
		};
		this.history.push(reset);
		const answer = await this.#ask<Refusal | "done">("global", "reset", [
			counter,
		]);
		if (!answer) return;
		reset.end = scheduler.moment();
		reset.outcome = "acknowledged";
		if (answer === "done") return;
		if (answer.problem.code === "kv-unavailable") reset.published = false;
		else reset.outcome = "refused";
	}

	async drain({ settings }: Worker): Promise<void> {
		const shard = this.#cluster.random.int(0, allShards(settings) - 1);
		await this.#ask(`shard${shard}`, "drain", []);
	}

	async publish(): Promise<void> {
		await this.#ask("global", "publish", []);
	}

	/** The answer, if one came; "done" for one that is empty. */
	async #ask<T>(
		to: string,
		method: string,
		args: readonly unknown[],
	): Promise<T | undefined> {
		try {
			const answer = await Promise.race([
				this.#cluster.call(undefined, to, method, args),
				this.#patience(),
			]);
			return (answer ?? "done") as T;
		} catch {
			return undefined;
		}
	}

	/** Nobody waits for ever for an object that itself waits for ever. */
	#patience(): Promise<never> {
		return new Promise((_, reject) =>
			this.#cluster.scheduler.after(PATIENCE, () =>
				reject(new Error("out of patience")),
			),
		);
	}

	async #kv(settings: CounterSettings): Promise<Totals & { key: string }> {
		const { kv, runtime } = this.#cluster;
		const keys = [settings.kvPrefix, ...settings.earlierKvPrefixes].map(kvKey);
		const published = keys.findIndex((key) => kv.has(key));
		let found: string | undefined;
		const reader = kv.reader((key) => {
			found = key;
		});
		const { counters, asOf = 0 } = await runtime.readTotals(reader, settings);
		const [current = ""] = keys;
		const rank = found === undefined ? keys.length : keys.indexOf(found);
		if (published >= 0 && rank > published)
			this.#cluster.report(
				`a KV read answered from ${found ?? "nothing"}, though ${keys[published]} was published`,
			);
		return { entries: Object.entries(counters), asOf, key: found ?? current };
	}
}

/** A key as stubs send it. */
function identity(
	{ shardCounts, reshardings }: CounterSettings,
	key: string,
	entries: readonly Entry[],
): IdempotencyKey {
	return {
		key,
		fingerprint: JSON.stringify(entries),
		shardCounts,
		reshardings,
	};
}
