import { WorkerEntrypoint } from "cloudflare:workers";
import type { CounterLimit } from "./bounds/contract.ts";
import { type Highest, readHighest, type TopOptions } from "./highest.ts";
import type { CounterHistory, HistoryOptions } from "./history/contract.ts";
import type { PageOptions } from "./paging.ts";
import { CounterProblem, type Problem } from "./problem.ts";
import type { Counted } from "./protocol.ts";
import {
	levelOf,
	type Page,
	type ReadableNamespace,
	type ReadOptions,
	readTotal,
	readTotals,
	type Total,
} from "./read-level.ts";
import { checkPastName, type NameOf } from "./settings.ts";
import type { GlobalStub } from "./stubs/global.ts";
import type { IncrementOptions, ShardStub } from "./stubs/shard.ts";

/** Namespace as another Worker calls it: every subclass of `CounterDurableObject` is one. */
interface CalledNamespace extends ReadableNamespace {
	shardStub(env: object): ShardStub;
	globalStub(env: object): GlobalStub;
}

/** Says what a caller may do: `props` of its service binding. */
export interface EntrypointProps {
	/** Lets it reset; by default nobody may. */
	reset?: boolean;
}

/**
 * Arguments of a call, a list for each namespace, so that its names go with it. A
 * method with type parameters would lose them over RPC.
 */
type Call<All, Rest extends { [Key in keyof All]: unknown[] }> = {
	[Key in keyof All]: [namespace: Key, ...rest: Rest[Key]];
}[keyof All];

/** Methods that other Workers call over a service binding. */
export interface CounterEntrypoint<All>
	extends WorkerEntrypoint<object, EntrypointProps> {
	/** Counts on a shard picked at random, or by the key. */
	increment(
		...call: Call<
			All,
			{
				[Key in keyof All]: [
					counter: NameOf<All[Key]>,
					by?: number,
					options?: IncrementOptions,
				];
			}
		>
	): Promise<{ counter: string; by: number } & Counted>;

	/** Counts several at once, all of them or none. */
	increments(
		...call: Call<
			All,
			{
				[Key in keyof All]: [
					counters: { readonly [Name in NameOf<All[Key]>]?: number },
					options?: IncrementOptions,
				];
			}
		>
	): Promise<{ counters: Record<string, number> } & Counted>;

	/** Reads one total, from KV unless `read` says otherwise. */
	total(
		...call: Call<
			All,
			{
				[Key in keyof All]: [counter: NameOf<All[Key]>, options?: ReadOptions];
			}
		>
	): Promise<Total>;

	/** Reads a page of the totals, from KV unless `read` says otherwise. */
	totals(
		namespace: keyof All,
		options?: ReadOptions & PageOptions,
	): Promise<Page>;

	/** Reads what is left of one counter's bounds, exactly, and takes nothing. */
	limit(
		...call: Call<All, { [Key in keyof All]: [counter: NameOf<All[Key]>] }>
	): Promise<CounterLimit>;

	/** Reads what was counted in each minute, hour or day, where `history` keeps these. */
	history(
		...call: Call<
			All,
			{
				[Key in keyof All]: [
					counter: NameOf<All[Key]>,
					options: HistoryOptions,
				];
			}
		>
	): Promise<CounterHistory>;

	/** Reads the counters with the highest totals, or those of a minute, hour or day. */
	top(namespace: keyof All, options?: TopOptions): Promise<Highest>;

	/**
	 * Resets one counter or, without a name, all of the namespace.
	 *
	 * @throws CounterProblem (403) unless the caller's `props` allow it
	 */
	reset(namespace: keyof All, counter?: string): Promise<void>;
}

/**
 * Makes the class that other Workers bind as an entrypoint: it counts and reads
 * for them. What is refused is thrown as a `CounterProblem`, which keeps its
 * `code` and `status`.
 *
 * @param namespaces by the keys that callers use
 *
 * @example
 * export class Counters extends counterEntrypoint({ metrics: Metrics }) {}
 */
export function counterEntrypoint<
	All extends Readonly<Record<string, CalledNamespace>>,
>(
	namespaces: All,
): new (
	ctx: ExecutionContext,
	env: object,
) => CounterEntrypoint<All> {
	const all = new Map(Object.entries(namespaces));

	class Entrypoint extends WorkerEntrypoint<object, EntrypointProps> {
		async increment(
			namespace: string,
			counter: string,
			by?: number,
			options?: IncrementOptions,
		) {
			const shard = find(namespace).shardStub(this.env);
			return shard.increment(counter, by, options);
		}

		async increments(
			namespace: string,
			counters: Readonly<Record<string, number>>,
			options?: IncrementOptions,
		) {
			return find(namespace).shardStub(this.env).increments(counters, options);
		}

		async total(
			namespace: string,
			counter: string,
			{ read }: ReadOptions = {},
		) {
			checkPastName(counter);
			return readTotal(find(namespace), this.env, levelOf(read), counter);
		}

		async totals(
			namespace: string,
			{ read, ...page }: ReadOptions & PageOptions = {},
		) {
			return readTotals(find(namespace), this.env, levelOf(read), page);
		}

		async limit(namespace: string, counter: string) {
			return find(namespace).globalStub(this.env).limit(counter);
		}

		async history(namespace: string, counter: string, options: HistoryOptions) {
			return find(namespace).globalStub(this.env).history(counter, options);
		}

		async top(namespace: string, options: TopOptions = {}) {
			return readHighest(find(namespace), this.env, options);
		}

		async reset(namespace: string, counter?: string) {
			if (this.ctx.props.reset !== true) throw new CounterProblem(noReset);
			await find(namespace).globalStub(this.env).reset(counter);
		}
	}

	function find(key: string): CalledNamespace {
		const found = all.get(key);
		if (found) return found;
		throw new CounterProblem({
			code: "unknown-namespace",
			status: 404,
			title: "There is no such namespace",
			detail: `The namespaces are ${[...all.keys()].join(", ")}`,
		});
	}

	return Entrypoint as new (
		ctx: ExecutionContext,
		env: object,
	) => CounterEntrypoint<All>;
}

const noReset: Problem = {
	code: "reset-not-allowed",
	status: 403,
	title: "This caller may not reset",
	detail:
		"Its service binding lets it count and read. Who owns the counters may add `props: { reset: true }` to the binding in the caller's configuration",
};
