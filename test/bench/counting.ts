import { setTimeout as sleep } from "node:timers/promises";
import type { Shot } from "../../cli/load/lane.ts";
import type { Send } from "./rig.ts";
import { token } from "./stage.ts";
import { zipf } from "./zipf.ts";

/** Names that are read, in turn. */
const NAMES = namesUpTo(10);

/** Names that increments of many counters go to, in turn. */
export const MANY_NAMES = 1_000;

/** Names of one request to `/increments`. */
export const BATCH_NAMES = 100;

/** Names that are drawn as pages are viewed, and how unlike they are. */
export const ZIPF_NAMES = 10_000;
const ZIPF_EXPONENT = 1;
const ZIPF_SEED = 1;

/** Names of one request while they are registered: as many as it may have. */
const REGISTERED_NAMES = 10_000;

/** Increments that shards hold while they are asked for what they hold. */
const HELD = 3_000;

export function namesUpTo(count: number): string[] {
	return Array.from({ length: count }, (_, n) => `n${n}`);
}

/** Increments of one counter by 1, as every subject here takes them. */
export function single(): Shot {
	return incrementOf(0);
}

/** Increments of many counters by 1, one after the other. */
export function many(n: number): Shot {
	return incrementOf(n % MANY_NAMES);
}

/** Increments of ten thousand counters by 1, a few of them far more often. */
export function zipfian(): () => Shot {
	const draw = zipf(ZIPF_NAMES, ZIPF_EXPONENT, ZIPF_SEED);
	return () => incrementOf(draw());
}

function incrementOf(counter: number): Shot {
	return { method: "POST", path: `/increment/n${counter}` };
}

const batch: Shot = {
	method: "POST",
	path: "/increments",
	body: JSON.stringify(
		Object.fromEntries(namesUpTo(BATCH_NAMES).map((name) => [name, 1])),
	),
};

/** Increments of a hundred counters by 1. */
export function batched(): Shot {
	return batch;
}

let keys = 0;

/** Single increments, each under an idempotency key of its own. */
export function keyed(): Shot {
	return { ...single(), headers: { "Idempotency-Key": `key-${keys++}` } };
}

export function readKv(n: number): Shot {
	return { method: "GET", path: `/counters/${NAMES[n % NAMES.length]}` };
}

const authorized = { Authorization: `Bearer ${token}` };

export function readExact(n: number): Shot {
	return {
		method: "GET",
		path: `${readKv(n).path}?read=exact`,
		headers: authorized,
	};
}

export function readShards(): Shot {
	return { method: "GET", path: "/global/shards", headers: authorized };
}

/** Paths that `counter-gen status` asks for. */
const STATUS = [
	"/global/counters",
	"/counters",
	"/global/shards",
	"/global/writes",
];

export function readStatus(n: number): Shot {
	const path = STATUS[n % STATUS.length] ?? "";
	return { method: "GET", path, headers: authorized };
}

async function ask(
	origin: string,
	path: string,
	init: RequestInit = {},
): Promise<Response> {
	const answer = await fetch(origin + path, { headers: authorized, ...init });
	if (answer.ok) return answer;
	throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

type Counters = Record<string, number>;

function sum(values: readonly number[]): number {
	return values.reduce((all, value) => all + value, 0);
}

/** Everything that a generated Worker counted, by exact reads page by page. */
export async function exactTotal(origin: string, mount = ""): Promise<number> {
	let total = 0;
	let next = "";
	do {
		const answer = await ask(origin, `${mount}/counters?read=exact${next}`);
		const cursor = answer.headers.get("Counter-Cursor");
		next = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
		total += sum(Object.values((await answer.json()) as Counters));
	} while (next !== "");
	return total;
}

/** Reads the counters from KV, and adds them up. */
export async function publishedTotal(origin: string): Promise<number> {
	const answer = await ask(origin, "/counters");
	const counters = (await answer.json()) as Counters;
	return sum(NAMES.map((name) => counters[name] ?? 0));
}

/** Reads the counters of a rival, and adds them up. */
export async function rivalTotal(origin: string): Promise<number> {
	const query = NAMES.map((name) => `name=${name}`).join("&");
	const answer = await ask(origin, `/total?${query}`);
	return ((await answer.json()) as { total: number }).total;
}

/**
 * Counts every name once on every shard: the first time costs a shard a call.
 *
 * @param shards number of these
 */
export async function register(
	origin: string,
	mount: string,
	names: number,
	shards: number,
	signal?: AbortSignal,
): Promise<void> {
	const all = namesUpTo(names);
	for (let from = 0; from < names; from += REGISTERED_NAMES) {
		const part = all.slice(from, from + REGISTERED_NAMES);
		const body = JSON.stringify(
			Object.fromEntries(part.map((name) => [name, 1])),
		);
		const path = `${origin}${mount}/increments`;
		const known = new Set<number>();
		while (known.size < shards) {
			const answer = await fetch(path, {
				method: "POST",
				body,
				...(signal && { signal }),
			});
			if (answer.ok)
				known.add(((await answer.json()) as { shard: number }).shard);
			// A shard holds so many new names, and is full until it has flushed them.
			else if (answer.status === 503)
				await sleep(1_000, undefined, signal && { signal });
			else throw new Error(`names were not registered: ${await answer.text()}`);
		}
	}
}

/** Counts something that shards hold from then on. */
export async function hold(origin: string, send: Send): Promise<void> {
	await fill(origin, send);
	await send((n) => incrementOf(n % NAMES.length), HELD);
}

/** Counts something, and has it published: KV is read then, too. */
export async function fill(origin: string, send: Send): Promise<void> {
	await send((n) => incrementOf(n % NAMES.length), 1000);
	await drain(origin);
}

/** Brings what shards hold to the totals and to KV: resetting any counter does. */
export async function drain(origin: string): Promise<void> {
	await ask(origin, "/global/reset/none", { method: "POST" });
}
