/** Outcome of an operation, as far as its caller can know. */
export type Outcome = "acknowledged" | "refused" | "indeterminate";

/** Source of a read, from the one furthest behind to the latest. */
export type ReadLevel = "kv" | "global" | "exact";

/** Moments are any numbers that grow with time; milliseconds for staleness. */
export interface IncrementRequest {
	kind: "increment";
	/** All of them count, or none does. Every name once. */
	entries: readonly (readonly [counter: string, by: number])[];
	/** Idempotency key: all requests with it count at most once. */
	key?: string;
	begin: number;
	/** Missing if no answer came. */
	end?: number;
	outcome: Outcome;
}

export interface ReadRequest {
	kind: "read";
	level: ReadLevel;
	/** Values by counter; 0 for a counter that there is none of. */
	values: ReadonlyMap<string, number>;
	/** Moment of the answer by its own clock. */
	asOf?: number;
	begin: number;
	end: number;
}

export interface ResetRequest {
	kind: "reset";
	/** Missing: all counters. */
	counter?: string;
	begin: number;
	end?: number;
	outcome: Outcome;
	/** False if it was done, but KV had not taken it yet. */
	published?: boolean;
}

export type Operation = IncrementRequest | ReadRequest | ResetRequest;

/** Increments as they may have come to be: one for all requests with a key. */
export interface Effect {
	entries: readonly (readonly [counter: string, by: number])[];
	key?: string;
	begin: number;
	/** Moment of the first acknowledgement; infinite if there was none. */
	end: number;
}

/**
 * Lists the increments that may have been counted; leaves out those that surely
 * were not.
 */
export function effectsOf(history: readonly Operation[]): Effect[] {
	const effects: Effect[] = [];
	const byKey = new Map<string, Map<string, Effect>>();
	for (const operation of history) {
		if (operation.kind !== "increment" || operation.outcome === "refused")
			continue;
		const { entries, key, begin } = operation;
		const end =
			operation.outcome === "acknowledged"
				? (operation.end ?? Infinity)
				: Infinity;
		const body = JSON.stringify(entries);
		const bodies = key === undefined ? undefined : byKey.get(key);
		const known = bodies?.get(body);
		if (known) {
			known.begin = Math.min(known.begin, begin);
			known.end = Math.min(known.end, end);
			continue;
		}
		const effect: Effect =
			key === undefined
				? { entries, begin, end }
				: { entries, key, begin, end };
		effects.push(effect);
		if (bodies) bodies.set(body, effect);
		else if (key !== undefined) byKey.set(key, new Map([[body, effect]]));
	}
	// Leaves out requests that cannot have counted: another of their key is acknowledged.
	return effects.filter(
		({ key, end }) =>
			end < Infinity ||
			key === undefined ||
			![...(byKey.get(key) ?? [])].some(([, other]) => other.end < Infinity),
	);
}

/** Finds keys under which two different requests were acknowledged. */
export function keysCountedTwice(effects: readonly Effect[]): string[] {
	const seen = new Set<string>();
	const twice = new Set<string>();
	for (const { key, end } of effects)
		if (key !== undefined && end < Infinity)
			(seen.has(key) ? twice : seen).add(key);
	return [...twice];
}
