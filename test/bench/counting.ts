import type { Shot } from "../../cli/load/lane.ts";
import type { Send } from "./rig.ts";
import { token } from "./stage.ts";

/** Names that are read, in turn. */
const NAMES = namesUpTo(10);

/** Names that increments of many counters go to, in turn. */
export const MANY_NAMES = 1_000;

/** Names of one request to `/increments`. */
export const BATCH_NAMES = 100;

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

/** Counts something, and has it published: KV is read then, too. */
export async function fill(origin: string, send: Send): Promise<void> {
	await send((n) => incrementOf(n % NAMES.length), 1000);
	// Resetting any counter drains the shards and publishes at once.
	await ask(origin, "/global/reset/none", { method: "POST" });
}
