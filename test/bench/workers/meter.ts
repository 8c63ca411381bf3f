import { DurableObject } from "cloudflare:workers";
import { followCall, followPut, takeLags } from "./lags.ts";

/** Numbers that Cloudflare bills, since the isolate started. */
const counts = {
	workerRequests: 0,
	/** Every call, request and alarm that an object receives. */
	objectRequests: 0,
	rowsRead: 0,
	rowsWritten: 0,
	kvReads: 0,
	kvWrites: 0,
	kvDeletes: 0,
	/** GB-seconds: see {@link keepActive}. */
	objectDuration: 0,
};

/**
 * Times of the platform, in seconds: of commits that objects wait for, of increments
 * that an object took alone, of puts and reads.
 */
const times = {
	commits: 0,
	commitS: 0,
	increments: 0,
	incrementS: 0,
	puts: 0,
	putS: 0,
	gets: 0,
	getS: 0,
};

/** The meter itself waits for a commit. */
let isMeter = false;

/** Memory that an object is billed, whatever it uses: 128 MB. */
const OBJECT_GB = 0.128;

type Method = (...args: unknown[]) => unknown;

/** Has `seen` look at every call of a method, which does what it did. */
function watch(
	prototype: object,
	name: string,
	seen: (args: unknown[], answer: unknown, self: unknown) => void,
): void {
	const methods = prototype as Record<string, Method>;
	const method = methods[name];
	if (method === undefined) return;
	methods[name] = function (this: unknown, ...args: unknown[]) {
		const answer = method.apply(this, args);
		seen(args, answer, this);
		return answer;
	};
}

const watched = new WeakSet<object>();

/** The prototype of something, the first time that it is asked for. */
function prototypeOf(thing: object): object | undefined {
	const prototype = Object.getPrototypeOf(thing);
	if (watched.has(prototype)) return undefined;
	watched.add(prototype);
	return prototype;
}

/**
 * Counts rows as they are billed: each that a statement reads or writes, each
 * key, and each alarm that is set.
 * https://developers.cloudflare.com/durable-objects/platform/pricing/
 */
function watchStorage(storage: DurableObjectStorage): void {
	const sql = prototypeOf(storage.sql);
	if (sql)
		watch(sql, "exec", (_, answer) => {
			const cursor = answer as SqlStorageCursor<
				Record<string, SqlStorageValue>
			>;
			// Rows are counted as they are read, which is done within the same step.
			queueMicrotask(() => {
				counts.rowsRead += cursor.rowsRead;
				counts.rowsWritten += cursor.rowsWritten;
			});
		});
	const other = prototypeOf(storage);
	if (other) {
		watch(other, "setAlarm", () => counts.rowsWritten++);
		watch(other, "sync", (_, answer) => {
			if (!isMeter) void timeCommit(answer);
		});
	}
	for (const keyed of [other, prototypeOf(storage.kv)]) {
		if (!keyed) continue;
		watch(keyed, "put", written);
		watch(keyed, "delete", written);
		watch(keyed, "get", ([one]) => {
			counts.rowsRead += keysOf(one);
		});
	}
}

function written([one]: unknown[]): void {
	counts.rowsWritten += keysOf(one);
}

/** A key is one; an array or an object holds several. */
function keysOf(one: unknown): number {
	return one !== null && typeof one === "object" ? Object.keys(one).length : 1;
}

function watchKv(env: object): void {
	for (const bound of Object.values(env)) {
		if (typeof bound?.getWithMetadata !== "function") continue;
		const kv = prototypeOf(bound);
		if (!kv) continue;
		for (const name of ["get", "getWithMetadata"])
			watch(kv, name, (_, answer) => {
				counts.kvReads++;
				void timeGet(answer);
			});
		watch(kv, "delete", () => counts.kvDeletes++);
		watch(kv, "put", ([, , options], answer) => {
			counts.kvWrites++;
			void timePut(answer);
			void followPut(options, answer);
		});
	}
}

type ObjectClass = new (
	ctx: DurableObjectState,
	env: never,
) => DurableObject<never>;

/** An object, and what it has received and not answered. */
interface Active {
	name: string;
	storage: DurableObjectStorage;
	underWay: number;
	/** Moment of the first of these; milliseconds since 1970. */
	since: number;
	/** Since it was last idle. */
	calls: number;
}

/** Adds how long a commit takes. */
async function timeCommit(commit: unknown): Promise<void> {
	const begun = Date.now();
	await commit;
	times.commits++;
	times.commitS += (Date.now() - begun) / 1_000;
}

/** Adds how long a read of KV takes. */
async function timeGet(get: unknown): Promise<void> {
	const begun = Date.now();
	await get;
	times.gets++;
	times.getS += (Date.now() - begun) / 1_000;
}

/** Adds how long a put takes. */
async function timePut(put: unknown): Promise<void> {
	const begun = Date.now();
	await put;
	times.puts++;
	times.putS += (Date.now() - begun) / 1_000;
}

const objects = new WeakMap<object, Active>();

/**
 * Adds the time in which an object has anything under way: from a call, request
 * or alarm until its answer is there and its writes are on disk. Idle objects
 * that can hibernate, as all do here, are billed nothing.
 * https://developers.cloudflare.com/durable-objects/platform/pricing/
 */
async function keepActive(
	active: Active,
	method: string,
	answer: unknown,
): Promise<void> {
	if (active.underWay++ === 0) {
		active.since = Date.now();
		active.calls = 0;
	}
	active.calls++;
	await Promise.allSettled([answer]);
	isMeter = true;
	const written = active.storage.sync();
	isMeter = false;
	await written;
	if (--active.underWay > 0) return;
	const seconds = (Date.now() - active.since) / 1_000;
	counts.objectDuration += seconds * OBJECT_GB;
	if (method !== "increment" || active.calls > 1) return;
	times.increments++;
	times.incrementS += seconds;
}

/** A Durable Object class whose objects are metered. */
export function wrapObject(base: ObjectClass): ObjectClass {
	let level = base.prototype;
	while (level !== DurableObject.prototype && level !== Object.prototype) {
		for (const name of Object.getOwnPropertyNames(level)) {
			const { value } = Object.getOwnPropertyDescriptor(level, name) ?? {};
			if (name !== "constructor" && typeof value === "function")
				watch(level, name, (args, answer, self) => {
					counts.objectRequests++;
					const active = objects.get(self as object);
					if (!active) return;
					void keepActive(active, name, answer);
					followCall(active.name, name, args, answer);
				});
		}
		level = Object.getPrototypeOf(level);
	}
	return class extends base {
		constructor(ctx: DurableObjectState, env: never) {
			watchStorage(ctx.storage);
			watchKv(env);
			super(ctx, env);
			const name = ctx.id.name ?? "";
			objects.set(this, {
				name,
				storage: ctx.storage,
				underWay: 0,
				since: 0,
				calls: 0,
			});
		}
	};
}

type Handler = Required<Pick<ExportedHandler<object>, "fetch">>;

/** A Worker whose requests are metered, and that tells all of it at `/-/meter`, and at `/-/lags` how far totals lag. */
export function wrapWorker({ fetch }: Handler): Handler {
	return {
		fetch(request, env, ctx) {
			if (request.url.endsWith("/-/meter"))
				return Response.json({ ...counts, ...times });
			if (request.url.endsWith("/-/lags")) return Response.json(takeLags());
			counts.workerRequests++;
			watchKv(env);
			return fetch(request, env, ctx);
		},
	};
}
