import { CounterGenError } from "../errors.ts";
import { type Load, NO_LOAD } from "../planner/load.ts";
import type { Planned } from "../planner/plan.ts";

/** Values of an option: of a namespace, or, under "", of all others. */
export type Values = ReadonlyMap<string, number>;

/** Options about loads, as they were given. */
export interface LoadFlags {
	/** Requests a second, as are `peak` and `reads`. */
	rate?: Values;
	peak?: Values;
	counters?: Values;
	reads?: Values;
	viewers?: Values;
	batch?: Values;
	uniform?: boolean;
	keyed?: boolean;
}

/**
 * Makes the load of each namespace, with defaults for what is not said.
 *
 * @throws CounterGenError for a namespace that there is none of, and for numbers that
 * do not fit together
 */
export function loadsOf(
	namespaces: readonly Planned[],
	flags: LoadFlags,
): Load[] {
	requireNames(namespaces, flags);
	if (flags.viewers?.has("") && !namespaces.some(({ live }) => live))
		throw new CounterGenError({
			code: "bad-option",
			what: "--viewers watch by /live, and no namespace has it",
			fix: "set `live: true` in one of them",
		});
	return namespaces.map((one) => loadOf(one, flags));
}

function loadOf(namespace: Planned, flags: LoadFlags): Load {
	const { key, maxCounters, names, live } = namespace;
	const isQueued = namespace.queue !== undefined;
	const listed = typeof names === "string" ? Infinity : names.length;

	const of = (values: Values | undefined) =>
		values?.get(key) ?? values?.get("");
	const rate = of(flags.rate) ?? 0;
	const load = {
		...NO_LOAD,
		rate,
		peak: of(flags.peak) ?? rate,
		counters:
			of(flags.counters) ?? Math.min(NO_LOAD.counters, maxCounters, listed),
		reads: of(flags.reads) ?? 0,
		viewers: (live ? of(flags.viewers) : flags.viewers?.get(key)) ?? 0,
		batch: of(flags.batch) ?? NO_LOAD.batch,
		isUniform: flags.uniform === true,
		// The id of a message is its key.
		isKeyed: flags.keyed === true || isQueued,
		isQueued,
	};
	const bad = (what: string) =>
		new CounterGenError({ code: "bad-option", what: `${key}: ${what}` });
	if (load.peak < rate)
		throw bad(`--peak is below --rate, of which it is the highest`);
	if (load.viewers > 0 && !live)
		throw bad("--viewers watch by /live, and `live` is off");
	if (load.counters > listed)
		throw bad(
			`--counters ${load.counters} are more than the ${listed} of \`names\``,
		);
	if (load.batch > load.counters)
		throw bad(
			`--batch ${load.batch} raises more counters than there are: --counters ${load.counters}`,
		);
	return load;
}

/** @throws CounterGenError if an option names a namespace that there is none of */
function requireNames(
	namespaces: readonly Planned[],
	{ rate, peak, counters, reads, viewers, batch }: LoadFlags,
): void {
	const keys = namespaces.map(({ key }) => key);
	for (const values of [rate, peak, counters, reads, viewers, batch])
		for (const key of values?.keys() ?? [])
			if (key !== "" && !keys.includes(key))
				throw new CounterGenError({
					code: "bad-option",
					what: `there is no namespace ${JSON.stringify(key)}`,
					fix: `the namespaces are ${keys.join(", ")}`,
				});
}
