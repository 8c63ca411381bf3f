import type {
	BucketTop,
	CounterHistory,
	HistoryOptions,
	HistoryPart,
	TopQuestion,
} from "../history/contract.ts";
import { isolateMemory } from "../kv/memory.ts";
import {
	checkLimit,
	cursorOf,
	type PageOptions,
	partOf,
	readAll,
} from "../paging.ts";
import {
	type Part,
	type Totals,
	toRecord,
	type WriteEvent,
} from "../protocol.ts";
import { checkPastName } from "../settings.ts";
import { historyPart } from "./history-part.ts";
import { LimitStub } from "./limits.ts";
import { globalRoutes, request } from "./routes.ts";
import { type ShardWrites, sumByShard } from "./shard-writes.ts";

/** Totals, all or a page of them. */
export interface ReadTotals {
	counters: Record<string, number>;
	/** Moment of the read; milliseconds since 1970. */
	asOf: number;
	/** End of the page, to go on from; missing if no page comes after it. */
	cursor?: string;
}

/**
 * Reads, resets and publishes the totals of a namespace. While the global object
 * fails, everything here throws CounterProblem (503).
 *
 * @example
 * const global = Metrics.globalStub(env);
 * const { value = 0 } = await global.total("signups");
 * const { counters } = await global.exact();
 * await global.reset("signups");
 */
export class GlobalStub extends LimitStub {
	/** Reads all totals: behind by what the shards have not flushed yet. */
	async counters(): Promise<Record<string, number>> {
		return (await this.totals()).counters;
	}

	/**
	 * Reads the totals. Without options all of them, 10,000 at a time: increments
	 * may come between two pages.
	 *
	 * @throws CounterProblem (400) for a limit or cursor that is not one
	 *
	 * @example
	 * let cursor: string | undefined;
	 * do {
	 * 	const page = await Metrics.globalStub(env).totals({
	 * 		limit: 1_000,
	 * 		...(cursor !== undefined && { cursor }),
	 * 	});
	 * 	for (const [name, total] of Object.entries(page.counters)) console.log(name, total);
	 * 	cursor = page.cursor;
	 * } while (cursor !== undefined);
	 */
	async totals(options?: PageOptions): Promise<ReadTotals> {
		return this.#read(options, (part) => this.ask(this.object.totals(part)));
	}

	/**
	 * Reads the totals with everything acknowledged before this was called, counts
	 * that shards still hold included, and nothing twice. Pages as `totals` does.
	 *
	 * @throws CounterProblem (503) naming the shards that could not be reached;
	 * (400) for a limit or cursor that is not one
	 */
	async exact(options?: PageOptions): Promise<ReadTotals> {
		return this.#read(options, (part) => this.ask(this.object.exact(part)));
	}

	async #read(
		options: PageOptions | undefined,
		read: (part: Part) => Promise<Totals>,
	): Promise<ReadTotals> {
		const { entries, asOf, last } = options
			? await read(partOf(options))
			: await readAll(read);
		return {
			counters: toRecord(entries),
			asOf,
			...(last !== undefined && { cursor: cursorOf(last) }),
		};
	}

	/** Reads one total; no value if it was never counted. `asOf` is milliseconds since 1970. */
	async total(
		counter: string,
	): Promise<{ value: number | undefined; asOf: number }> {
		return this.ask(this.object.total(counter));
	}

	/** Reads one total as `exact` does; no value if it was never counted. */
	async exactTotal(
		counter: string,
	): Promise<{ value: number | undefined; asOf: number }> {
		const part = { from: counter, to: counter, limit: 1 };
		const { entries, asOf } = await this.ask(this.object.exact(part));
		return { value: entries[0]?.[1], asOf };
	}

	/**
	 * Reads what was counted in each minute, hour or day, where `history` keeps these:
	 * the oldest first, without gaps, at most 1,000. Moments are milliseconds since
	 * 1970.
	 *
	 * @param options.by minute, hour or day
	 * @param options.last so many, with the one that is under way; or `from` and `to`:
	 * those that begin before `to`, from the one that has `from` in it
	 * @throws CounterProblem (400) for what is not kept, and more than 1,000; with
	 * `read: "exact"` (503) naming the shards that could not be reached
	 *
	 * @example
	 * const { points } = await Metrics.globalStub(env).history("signups", { by: "day", last: 7 });
	 * const week = points.reduce((sum, { value }) => sum + value, 0);
	 */
	async history(
		counter: string,
		{ by, read, ...range }: HistoryOptions,
	): Promise<CounterHistory> {
		checkPastName(counter);
		return this.ask(this.object.history({ counter, by, range }, read));
	}

	/**
	 * Reads a page of the totals with all that is kept of each counter's past: 1,000
	 * counters at the most, and fewer of those with much. Throws as `history` does.
	 *
	 * @param options.read "exact" for everything that was acknowledged before
	 *
	 * @example
	 * const { counters, cursor } = await Metrics.globalStub(env).historyPart({ read: "exact" });
	 */
	async historyPart({
		read,
		...page
	}: PageOptions & { read?: "exact" } = {}): Promise<HistoryPart> {
		const part = this.object.historyPart(partOf(page), read);
		return historyPart(await this.ask(part));
	}

	/**
	 * Reads which counters were counted most in a minute, hour or day, where `history`
	 * keeps these: the highest first, none that is 0.
	 *
	 * @param question.by minute, hour or day
	 * @param question.at a moment of it, milliseconds since 1970; the current one
	 * without it
	 * @param question.limit most counters
	 * @throws CounterProblem (400) for what is not kept
	 *
	 * @example
	 * const { top } = await Metrics.globalStub(env).historyTop({ by: "day", limit: 10 });
	 * for (const [counter, value] of top) console.log(counter, value);
	 */
	async historyTop(question: TopQuestion): Promise<BucketTop> {
		return this.ask(this.object.historyTop(question));
	}

	/**
	 * Sets one counter or, without a name, all of them back to nothing, in the
	 * shards and in KV too.
	 *
	 * @param counter a name, also one that `names` no longer allows
	 * @throws CounterProblem (503) naming the shards that could not be reached,
	 * with nothing reset, or that KV did not take it yet
	 *
	 * @example
	 * await Metrics.globalStub(env).reset("signups");
	 */
	async reset(counter?: string): Promise<void> {
		if (counter !== undefined) checkPastName(counter);
		try {
			await this.ask(this.object.reset(counter));
		} finally {
			isolateMemory.forget();
		}
	}

	/** Publishes to KV now; throws CounterProblem (503) if KV refuses. */
	async write(): Promise<void> {
		try {
			await this.ask(this.object.publish());
		} finally {
			isolateMemory.forget();
		}
	}

	/**
	 * Reads the write log, newest first; empty where `writeLog` is 0.
	 *
	 * @param options.limit most events; 1 to 10,000, without it all that fit
	 * @throws CounterProblem (400) for a limit that is not one
	 */
	async writes({
		limit,
	}: Pick<PageOptions, "limit"> = {}): Promise<WriteEvent[]> {
		const events: WriteEvent[] = JSON.parse(
			await this.writesJson(limit === undefined ? {} : { limit }),
		);
		return events.map((event) => ({
			...event,
			counters: toRecord(Object.entries(event.counters)),
		}));
	}

	/** Reads what `writes` does, as JSON to pass on. */
	async writesJson({
		limit,
	}: Pick<PageOptions, "limit"> = {}): Promise<string> {
		if (limit !== undefined) checkLimit(limit);
		const answer = await this.ask(this.object.writes(limit, "json"));
		// A global object of earlier code answers events.
		return typeof answer === "string" ? answer : JSON.stringify(answer);
	}

	/** Sums up by shard the shard writes that the log still holds. */
	async shardWrites(): Promise<ShardWrites> {
		return sumByShard(await this.writes());
	}

	/**
	 * Reads what each shard holds unflushed; the index is the shard.
	 *
	 * @throws CounterProblem (503) naming the shards that could not be reached,
	 * with what the others hold, or saying how much each holds if that is too
	 * much for one answer: a shard's own `counters` says what
	 */
	async shards(): Promise<Record<string, number>[]> {
		const shards: Record<string, number>[] = JSON.parse(
			await this.shardsJson(),
		);
		return shards.map((one) => toRecord(Object.entries(one)));
	}

	/** Reads what `shards` does, as JSON to pass on: made once for all who ask together. */
	async shardsJson(): Promise<string> {
		const answer = await this.ask(this.object.shards("json"));
		// A global object of earlier code answers entries.
		return typeof answer === "string"
			? answer
			: JSON.stringify(answer.map(toRecord));
	}

	/**
	 * Answers the paths `/counters`, `/reset`, `/reset/:counter`, `/write`,
	 * `/writes`, `/shardWrites` and `/shards` with JSON, refusals with
	 * problem+json; any method will do.
	 *
	 * @example
	 * const answer = await Metrics.globalStub(env).fetch("/counters");
	 */
	async fetch(
		input: string | URL | Request,
		init?: RequestInit,
	): Promise<Response> {
		return globalRoutes.fetch(request(input, init), { stub: this });
	}
}
