import type {
	BucketTop,
	HistoryUnit,
	TopQuestion,
} from "./history/contract.ts";
import { kvReader } from "./kv/reader.ts";
import { invalid, topNotPublished } from "./problem.ts";
import type { Entry } from "./protocol.ts";
import type { CounterSettings } from "./settings.ts";

/** Chooses counters with the highest numbers. */
export interface TopOptions {
	/** Most counters; by default 10, or as many as are published. */
	limit?: number;
	/** Minute, hour or day, where `history` keeps these; all time without it … */
	by?: HistoryUnit;
	/** … and of the one with that moment, milliseconds since 1970, or of the current one. */
	at?: number;
}

/** The counters with the highest numbers, the highest first. */
export interface Highest {
	top: { counter: string; value: number }[];
	/** Milliseconds since 1970, if it is known. */
	asOf: number | undefined;
	/** Those of a bucket: its kind and beginning, milliseconds since 1970. */
	by?: HistoryUnit;
	start?: number;
	timeZone?: string;
}

/** Namespace as its highest counters are read. */
interface TopNamespace extends CounterSettings {
	globalStub(env: object): {
		historyTop(question: TopQuestion): Promise<BucketTop>;
	};
}

/** Counters of a bucket that are answered by default, and at the most. */
const [LIMIT, MAX_LIMIT] = [10, 1_000];

/**
 * Reads the counters with the highest totals from KV, or those of a bucket from the
 * global object.
 *
 * @throws CounterProblem (400) for what is not kept or published
 */
export async function readHighest(
	namespace: TopNamespace,
	env: object,
	{ limit, by, at }: TopOptions,
): Promise<Highest> {
	const most = by === undefined ? namespace.top.counters : MAX_LIMIT;
	const count = limit ?? (by === undefined ? most : LIMIT);
	if (most > 0 && !(Number.isInteger(count) && count >= 1 && count <= most))
		throw invalid("invalid-limit", `\`limit\` is from 1 to ${most}`);
	if (by !== undefined) {
		const question = { by, limit: count, ...(at !== undefined && { at }) };
		const { top, ...rest } = await namespace
			.globalStub(env)
			.historyTop(question);
		return { ...rest, top: shown(top) };
	}
	if (!namespace.top.of) throw topNotPublished();
	const published = await kvReader(env, namespace).published();
	const top = namespace.top.of(published).slice(0, count);
	return { top: shown(top), asOf: published.asOf };
}

function shown(entries: readonly Entry[]): Highest["top"] {
	return entries.map(([counter, value]) => ({ counter, value }));
}
