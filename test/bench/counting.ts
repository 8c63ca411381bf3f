import { setTimeout as wait } from "node:timers/promises";
import type { Shot } from "../../cli/load/lane.ts";
import { token } from "./stage.ts";
import type { Send } from "./stand.ts";

/** Names that single increments go to, in turn. */
const NAMES = namesUpTo(10);

/** Names of one request to `/increments`. */
export const BATCH = 100;

export function namesUpTo(count: number): string[] {
	return Array.from({ length: count }, (_, n) => `n${n}`);
}

/** Increments of ten counters by 1, as every subject here takes them. */
export function single(n: number): Shot {
	return { method: "POST", path: `/increment/${NAMES[n % NAMES.length]}` };
}

const batch: Shot = {
	method: "POST",
	path: "/increments",
	body: JSON.stringify(
		Object.fromEntries(namesUpTo(BATCH).map((name) => [name, 1])),
	),
};

/** Increments of a hundred counters by 1. */
export function batched(): Shot {
	return batch;
}

let keys = 0;

/** Single increments, each under an idempotency key of its own. */
export function keyed(n: number): Shot {
	return { ...single(n), headers: { "Idempotency-Key": `key-${keys++}` } };
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

async function json<T>(origin: string, path: string): Promise<T> {
	const answer = await fetch(origin + path, { headers: authorized });
	if (!answer.ok)
		throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
	return (await answer.json()) as T;
}

function sum(values: readonly number[]): number {
	return values.reduce((all, value) => all + value, 0);
}

/** Everything that a generated Worker counted, by an exact read. */
export async function exactTotal(origin: string, mount = ""): Promise<number> {
	const counters = await json<Record<string, number>>(
		origin,
		`${mount}/counters?read=exact`,
	);
	return sum(Object.values(counters));
}

/** What KV says of the counters that are read. */
export async function publishedTotal(origin: string): Promise<number> {
	const counters = await json<Record<string, number>>(origin, "/counters");
	return sum(NAMES.map((name) => counters[name] ?? 0));
}

/** What a rival says. */
export async function rivalTotal(origin: string): Promise<number> {
	const query = NAMES.map((name) => `name=${name}`).join("&");
	const { total } = await json<{ total: number }>(origin, `/total?${query}`);
	return total;
}

/** Counts something, and waits until KV has it. */
export async function fill(origin: string, send: Send): Promise<void> {
	const counts = 1000;
	await send(single, counts);
	const until = Date.now() + 30_000;
	while ((await publishedTotal(origin)) !== counts) {
		if (Date.now() > until)
			throw new Error(`KV has not got ${counts} counts within 30 s`);
		await wait(100);
	}
}
