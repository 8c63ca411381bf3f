import { kvReader } from "./kv/reader.ts";
import { cursorOf, type PageOptions, partOf } from "./paging.ts";
import { invalid } from "./problem.ts";
import { toRecord } from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/**
 * Depth of a read: `kv` is cheap, `global` is nearer to now, `exact` asks every
 * shard too.
 */
export type ReadLevel = "kv" | "global" | "exact";

/** Chooses the depth of a read. */
export interface ReadOptions {
	/** `kv` by default. */
	read?: ReadLevel;
}

/** One total. */
export interface Total {
	/** Missing if it was never counted. */
	value: number | undefined;
	/** Moment of the read, milliseconds since 1970; missing if KV does not have it. */
	asOf: number | undefined;
}

/** A part of the totals. */
export interface Page {
	counters: Record<string, number>;
	/** Moment of the read, milliseconds since 1970; missing if KV does not have it. */
	asOf: number | undefined;
	/** Begins the next page; missing if there is none. */
	cursor?: string | undefined;
}

/** The global object, as far as reads ask it. */
export interface ReadableGlobal {
	totals(options: PageOptions): Promise<Page>;
	total(counter: string): Promise<Total>;
	exact(options: PageOptions): Promise<Page>;
	exactTotal(counter: string): Promise<Total>;
}

/** Namespace that totals can be read of. */
export interface ReadableNamespace extends CounterSettings {
	globalStub(env: object): ReadableGlobal;
}

/** @throws CounterProblem (400) for what is no level; none is `kv`. */
export function levelOf(level = "kv"): ReadLevel {
	if (level === "kv" || level === "global" || level === "exact") return level;
	throw invalid("invalid-read", "`read` is kv, global or exact");
}

/** Reads one total. */
export function readTotal(
	namespace: ReadableNamespace,
	env: object,
	read: ReadLevel,
	name: string,
): Promise<Total> {
	switch (read) {
		case "kv":
			return kvReader(env, namespace).total(name);
		case "global":
			return namespace.globalStub(env).total(name);
		case "exact":
			return namespace.globalStub(env).exactTotal(name);
	}
}

/** Reads a page of the totals. */
export async function readTotals(
	namespace: ReadableNamespace,
	env: object,
	read: ReadLevel,
	options: PageOptions,
): Promise<Page> {
	if (read === "global") return namespace.globalStub(env).totals(options);
	if (read === "exact") return namespace.globalStub(env).exact(options);
	const { limit, ...range } = partOf(options);
	const page = await kvReader(env, namespace).totals(range, limit);
	return {
		counters: toRecord(page.entries),
		asOf: page.asOf,
		cursor: page.last === undefined ? undefined : cursorOf(page.last),
	};
}
