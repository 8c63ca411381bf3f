/** A price on Cloudflare's paid plan, by the month. */
export interface Price {
	/** Units that the plan includes. */
	included: number;
	/** US dollars for every `per` units more. */
	dollars: number;
	per: number;
	/** Page of Cloudflare with this price. */
	source: string;
}

/** Something that Cloudflare bills. */
export type Billed =
	| "workerRequests"
	/** Milliseconds. */
	| "workerCpu"
	/** Requests, calls and alarms that a Durable Object receives. */
	| "objectRequests"
	/** GB-seconds; an object in memory is taken as 128 MB. */
	| "objectDuration"
	| "rowsRead"
	/** Setting an alarm is one. */
	| "rowsWritten"
	/** GB-months. */
	| "objectStorage"
	| "kvReads"
	| "kvWrites"
	| "kvDeletes"
	/** GB-months. */
	| "kvStorage"
	/** Each 64 KB that is written, read or deleted. */
	| "queueOperations";

const MILLION = 1_000_000;
const workers = "https://developers.cloudflare.com/workers/platform/pricing/";
const objects =
	"https://developers.cloudflare.com/durable-objects/platform/pricing/";
const kv = "https://developers.cloudflare.com/kv/platform/pricing/";
const queues = "https://developers.cloudflare.com/queues/platform/pricing/";

/** US dollars of the paid plan, a month, whatever is used. */
export const PLAN_DOLLARS = 5;

/** Year and month in which the sources were read. */
export const PRICES_READ = "2026-11";

// biome-ignore format: one line a price
export const prices: Readonly<Record<Billed, Price>> = {
	workerRequests: { included: 10 * MILLION, dollars: 0.3, per: MILLION, source: workers },
	workerCpu: { included: 30 * MILLION, dollars: 0.02, per: MILLION, source: workers },
	objectRequests: { included: MILLION, dollars: 0.15, per: MILLION, source: objects },
	objectDuration: { included: 400_000, dollars: 12.5, per: MILLION, source: objects },
	rowsRead: { included: 25_000 * MILLION, dollars: 0.001, per: MILLION, source: objects },
	rowsWritten: { included: 50 * MILLION, dollars: 1, per: MILLION, source: objects },
	objectStorage: { included: 5, dollars: 0.2, per: 1, source: objects },
	kvReads: { included: 10 * MILLION, dollars: 0.5, per: MILLION, source: kv },
	kvWrites: { included: MILLION, dollars: 5, per: MILLION, source: kv },
	kvDeletes: { included: MILLION, dollars: 5, per: MILLION, source: kv },
	kvStorage: { included: 1, dollars: 0.5, per: 1, source: kv },
	queueOperations: { included: MILLION, dollars: 0.4, per: MILLION, source: queues },
};

/** Amount of the Free plan. */
export interface FreeAmount {
	/** Units a day, or of what is stored. */
	limit: number;
	isStored: boolean;
}

const aDay = (limit: number): FreeAmount => ({ limit, isStored: false });
const stored = (limit: number): FreeAmount => ({ limit, isStored: true });

/** Amounts of the Free plan, from the same pages. */
// biome-ignore format: one line an amount
export const FREE: Readonly<
	Record<Exclude<Billed, "workerCpu">, FreeAmount>
> = {
	workerRequests: aDay(100_000),
	objectRequests: aDay(100_000),
	objectDuration: aDay(13_000),
	rowsRead: aDay(5 * MILLION),
	rowsWritten: aDay(100_000),
	objectStorage: stored(5),
	kvReads: aDay(100_000),
	kvWrites: aDay(1_000),
	kvDeletes: aDay(1_000),
	kvStorage: stored(1),
	queueOperations: aDay(10_000),
};
