import type {
	Operation,
	Outcome,
	ReadRequest,
} from "../../cli/load/history.ts";
import type {
	CounterHistory,
	HistoryUnit,
} from "../../templates/runtime/history/contract.ts";
import type { Refusal } from "../../templates/runtime/problem.ts";
import {
	type Amount,
	addUp,
	type Part,
} from "../../templates/runtime/protocol.ts";
import {
	allShards,
	type CounterSettings,
} from "../../templates/runtime/settings.ts";
import type { PastRead } from "../oracle/past.ts";
import type { Cluster } from "./cluster.ts";
import { historiesOf } from "./histories.ts";
import { identity } from "./identity.ts";
import type { Isolate } from "./isolates.ts";
import type { Asked } from "./judge-answers.ts";
import type { Dated } from "./judge-as-of.ts";
import { placeName } from "./kv.ts";
import { type Answered, readKv } from "./read-kv.ts";
import { keysAreOn } from "./settings.ts";

/** After this a client gives up; milliseconds. Longer than any fault lasts. */
const RPC_TIMEOUT_MS = 200_000;

/** Codes of refusals where a bound leaves too little. */
const PAST_BOUND: readonly string[] = ["limit-reached", "quota-reached"];

/** Most that two clocks which jump are apart. */
const BEHIND_MS = 2 * 3_600_000;

/** Reads of hours and days go back so far before it begins: imports may be from then. */
const BEFORE_MS = 4 * 86_400_000;

/** Points that reads of the past go back: fewer than an answer may have. */
const PAST_MS: Record<HistoryUnit, number> = {
	minute: 900 * 60_000,
	hour: 240 * 3_600_000,
	day: 30 * 86_400_000,
};

/** A Worker: runs the code it was started with until it is replaced. */
export interface Worker {
	settings: CounterSettings;
	isolate: Isolate;
}

/** An attempt at an increment, with what only the simulation looks at. */
export type Attempt = Extract<Operation, { kind: "increment" }> & {
	shard: string;
	/** Code of the problem, if it was refused. */
	code?: string;
	/** It was to be in no bucket, or in those that these name … */
	isInNoBucket?: boolean;
	amounts?: readonly Amount[];
	/** It was refused because a bound left too little. */
	isPastBound?: boolean;
} & GivenUp;

/** Something that may have got no answer. */
interface GivenUp {
	begin: number;
	/** Moment after which nothing of it is under way, though no answer came. */
	over?: number;
}

/** Manners of reading: all at once, in small pages, or one counter. */
export type Manner = "whole" | "paged" | "one";

type Level = "kv" | "global" | "exact";

/** Does what stubs do in a Worker, and writes down what came of it. */
export class Clients {
	readonly #cluster: Cluster;
	readonly #counters: readonly string[];
	/** Raises a counter of the first half always with one of the other. */
	readonly #areTwins: boolean;
	readonly history: Operation[] = [];
	readonly attempts: Attempt[] = [];
	/** Reads of the past; all moments are the scheduler's. */
	readonly pastReads: PastRead[] = [];
	/** Calls with their answers, for the judge of refusals. */
	readonly asked: Asked[] = [];
	/** Reads of one moment, for the judge of the time that they answer. */
	readonly dated: Dated[] = [];
	/** For each read of KV, who read it and the key that answered. */
	readonly #kvReads = new Map<Operation, { isolate: Isolate; key: string }>();
	/** For each reset, the isolate that has forgotten what was before it. */
	readonly #resets = new Map<Operation, Isolate>();

	constructor(
		cluster: Cluster,
		counters: readonly string[],
		areTwins: boolean,
	) {
		this.#areTwins = areTwins;
		this.#cluster = cluster;
		this.#counters = counters;
	}

	async increment(
		{ settings }: Worker,
		amounts: readonly Amount[],
		key?: string,
		stamp?: "none",
	): Promise<Outcome> {
		const { random, runtime } = this.#cluster;
		const shard =
			key === undefined
				? random.int(0, settings.shardCount - 1)
				: runtime.homeOf(key, settings.shardCount);
		return this.#increment(`shard${shard}`, settings, amounts, key, stamp);
	}

	/** Raises a counter, and its twin, at one shard. */
	countAt(
		shard: string,
		name: string = this.#counters[0] ?? "",
		by = 1,
	): Promise<Outcome> {
		const twin = this.#areTwins && this.#counters[this.#counters.length / 2];
		const names = twin ? [name, twin] : [name];
		return this.#increment(
			shard,
			this.#cluster.settings,
			names.map((name) => [name, by]),
		);
	}

	async #increment(
		shard: string,
		settings: CounterSettings,
		amounts: readonly Amount[],
		key?: string,
		stamp?: "none",
	): Promise<Outcome> {
		const { scheduler } = this.#cluster;
		const attempt: Attempt = {
			kind: "increment",
			shard,
			entries: addUp([amounts]),
			begin: scheduler.moment(),
			outcome: "indeterminate",
			...(key !== undefined && { key }),
			...(stamp && { isInNoBucket: true, amounts }),
		};
		this.history.push(attempt);
		this.attempts.push(attempt);
		if (key !== undefined && !keysAreOn(settings)) {
			// A Worker without keys sends none.
			attempt.end = scheduler.moment();
			attempt.code = "idempotency-off";
			attempt.outcome = "refused";
			return attempt.outcome;
		}
		const answer = await this.ask<object>(shard, "increment", [
			amounts,
			key === undefined ? undefined : identity(settings, key, amounts),
			stamp,
		]);
		if (!answer) {
			this.giveUp(attempt);
			return attempt.outcome;
		}
		attempt.end = scheduler.moment();
		attempt.outcome = "problem" in answer ? "refused" : "acknowledged";
		if ("problem" in answer) {
			const { code } = (answer as Refusal).problem;
			attempt.code = code;
			attempt.isPastBound = PAST_BOUND.includes(code);
			if (attempt.isPastBound) this.#settle(attempt);
		}
		return attempt.outcome;
	}

	/** A bound refuses what is new: no earlier request with the same key has counted. */
	#settle({ key, begin }: Attempt): void {
		for (const one of this.attempts)
			if (
				key !== undefined &&
				one.key === key &&
				(one.over ?? Infinity) < begin
			)
				one.outcome = "refused";
	}

	/** See `historiesOf`. */
	get histories(): ReturnType<typeof historiesOf> {
		return historiesOf(this.history, this.#kvReads, this.#resets);
	}

	async read(
		worker: Worker,
		level: Level,
		manner: Manner = this.#cluster.random.pick(["whole", "paged", "one"]),
	): Promise<boolean> {
		const { random, scheduler } = this.#cluster;
		const begin = scheduler.moment();
		const one = manner === "one" ? random.pick(this.#counters) : undefined;
		const answer =
			one === undefined
				? await this.#readAll(worker, level, manner)
				: await this.#readPart(worker, level, {
						from: one,
						to: one,
						limit: 1,
					});
		if (!answer) return false;
		const names = one === undefined ? this.#counters : [one];
		const values = new Map(names.map((name) => [name, 0]));
		for (const [name, value] of answer.entries) {
			if (one !== undefined && name !== one)
				this.#cluster.report(`a ${level} read of ${one} answered ${name}`);
			values.set(name, value);
		}
		if (manner === "whole") this.#checkTwins(level, values);
		const read: ReadRequest = {
			kind: "read",
			level,
			values,
			// Left out where clocks step back: the time may, too, though values may not.
			...(answer.asOf &&
				!this.#cluster.clocks.areDisturbed && { asOf: answer.asOf }),
			begin,
			end: scheduler.moment(),
		};
		this.history.push(read);
		const { key, asOf } = answer;
		if (key !== undefined)
			this.#kvReads.set(read, { isolate: worker.isolate, key });
		if (asOf !== undefined && manner !== "paged")
			this.dated.push({ read, asOf });
		return true;
	}

	/** Everything: at once, or page after page, each as it is then. */
	async #readAll(
		worker: Worker,
		level: Level,
		manner: Manner,
	): Promise<Answered | undefined> {
		const { random, runtime } = this.#cluster;
		const limit = manner === "whole" ? 10_000 : random.int(1, 4);
		const pages: Answered[] = [];
		for (let from: string | undefined = ""; from !== undefined; ) {
			const page = await this.#readPart(worker, level, { from, limit });
			if (!page) return undefined;
			if (page.entries.length > limit)
				this.#cluster.report(`a ${level} read answered more than ${limit}`);
			pages.push(page);
			if (pages.length > 2 * this.#counters.length) {
				this.#cluster.report(`a ${level} read goes on for ever`);
				break;
			}
			from = page.last === undefined ? undefined : runtime.following(page.last);
		}
		const entries = pages.flatMap((page) => page.entries);
		if (new Set(entries.map(([name]) => name)).size < entries.length)
			this.#cluster.report(`a ${level} read answered a counter twice`);
		// After a change of the prefix pages may be from different keys.
		if (new Set(pages.map(({ key }) => key)).size > 1) return undefined;
		return { ...pages[0], entries };
	}

	/** Reads a counter's past, up to the last bucket that has something. */
	async readPast(
		level: PastRead["level"] = this.#cluster.random.pick(["global", "exact"]),
		by?: HistoryUnit,
		counter: string = this.#cluster.random.pick(this.#counters),
	): Promise<boolean> {
		const { random, scheduler, settings } = this.#cluster;
		const units = Object.keys(settings.history.kept) as HistoryUnit[];
		if (units.length === 0) return true;
		const unit = by ?? random.pick(units);
		const now = this.#cluster.toEpoch(scheduler.now);
		// A clock that is behind may put counts there, and so may imports.
		const begins = this.#cluster.clocks.areDisturbed
			? -BEHIND_MS
			: unit === "minute"
				? -1
				: -BEFORE_MS;
		const begin = scheduler.moment();
		const question = {
			counter,
			by: unit,
			range: {
				from: Math.max(this.#cluster.toEpoch(begins), now - PAST_MS[unit]),
				to: Number.MAX_SAFE_INTEGER,
			},
		};
		const answer = await this.ask<CounterHistory | Refusal>(
			"global",
			"history",
			level === "exact" ? [question, "exact"] : [question],
		);
		if (!answer || "problem" in answer) return false;
		this.pastReads.push({
			counter,
			by: unit,
			level,
			begin,
			end: scheduler.moment(),
			points: answer.points.map(({ start, ...point }) => ({
				...point,
				start: this.#cluster.fromEpoch(start),
			})),
		});
		return true;
	}

	#checkTwins(level: Level, values: ReadonlyMap<string, number>): void {
		const half = this.#counters.length / 2;
		for (const [n, name] of this.#counters.entries()) {
			const twin = this.#counters[n + half];
			if (!this.#areTwins || twin === undefined) return;
			if (values.get(name) !== values.get(twin))
				this.#cluster.report(
					`a ${level} read is torn: ${name} is ${values.get(name)}, ${twin} ${values.get(twin)}`,
				);
		}
	}

	async #readPart(
		worker: Worker,
		level: Level,
		part: Part,
	): Promise<Answered | undefined> {
		if (level === "kv") return this.#readKv(worker, part);
		const answer = await this.ask<Answered | Refusal>(
			"global",
			level === "exact" ? "exact" : "totals",
			[part],
		);
		return answer && !("problem" in answer) ? answer : undefined;
	}

	/** A part of what is in KV, unless that is refused. */
	async #readKv(
		{ settings, isolate }: Worker,
		part: Part,
	): Promise<Answered | undefined> {
		const begin = this.#cluster.scheduler.moment();
		try {
			return await readKv(this.#cluster, settings, isolate, part);
		} catch (error) {
			const { code } = (error as Partial<Refusal>).problem ?? {};
			if (code === undefined) this.#cluster.report(`a kv read threw ${error}`);
			this.asked.push({
				to: "kv",
				method: "get",
				begin,
				end: this.#cluster.scheduler.moment(),
				named: [placeName(isolate.place)],
				...(code !== undefined && { code }),
			});
			return undefined;
		}
	}

	async reset({ isolate }: Worker, counter?: string): Promise<void> {
		const { scheduler } = this.#cluster;
		const reset: Extract<Operation, { kind: "reset" }> & GivenUp = {
			kind: "reset",
			...(counter !== undefined && { counter }),
			begin: scheduler.moment(),
			outcome: "indeterminate",
		};
		this.history.push(reset);
		this.#resets.set(reset, isolate);
		const answer = await this.ask<Refusal | "done">("global", "reset", [
			counter,
		]);
		isolate.memory.forget();
		if (!answer) return this.giveUp(reset);
		reset.end = scheduler.moment();
		reset.outcome = "acknowledged";
		if (answer === "done") return;
		if (answer.problem.code === "kv-unavailable") reset.published = false;
		else reset.outcome = "refused";
	}

	async drain({ settings }: Worker): Promise<void> {
		const shard = this.#cluster.random.int(0, allShards(settings) - 1);
		await this.ask(`shard${shard}`, "drain", []);
	}

	async publish({ isolate }: Worker): Promise<void> {
		await this.ask("global", "publish", []);
		isolate.memory.forget();
	}

	/** Notes that nothing is under way of what got no answer, but where its caller lost patience. */
	giveUp(one: GivenUp): void {
		const { scheduler } = this.#cluster;
		if (scheduler.now - one.begin < RPC_TIMEOUT_MS - 1)
			one.over = scheduler.moment();
	}

	/** The answer, if one came; "done" for one that is empty. */
	async ask<T>(
		to: string,
		method: string,
		args: readonly unknown[],
	): Promise<T | undefined> {
		const asked: Asked = {
			to,
			method,
			begin: this.#cluster.scheduler.moment(),
			end: Infinity,
		};
		this.asked.push(asked);
		try {
			const answer = await Promise.race([
				this.#cluster.call(undefined, to, method, args),
				this.#timeout(),
			]);
			Object.assign(asked, refusalOf(answer));
			return (answer ?? "done") as T;
		} catch {
			asked.code = "no answer";
			return undefined;
		} finally {
			asked.end = this.#cluster.scheduler.moment();
		}
	}

	/** Gives up an answer: an object may wait for ever. */
	#timeout(): Promise<never> {
		return new Promise((_, reject) =>
			this.#cluster.scheduler.after(RPC_TIMEOUT_MS, () =>
				reject(new Error("no answer in time")),
			),
		);
	}
}

/** Takes the code of a refusal, and the objects that it names. */
function refusalOf(answer: unknown): Pick<Asked, "code" | "named"> {
	const { problem } = (answer ?? {}) as Partial<Refusal>;
	if (!problem) return {};
	const { unreachable = [], outstanding = [] } = (problem.extra ?? {}) as {
		unreachable?: readonly string[];
		outstanding?: readonly string[];
	};
	return { code: problem.code, named: [...unreachable, ...outstanding] };
}
