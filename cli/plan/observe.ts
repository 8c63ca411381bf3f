import { setTimeout as sleep } from "node:timers/promises";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { CounterGenError } from "../errors.ts";
import { metricsIn, type Sample } from "./metrics-text.ts";

/** Load of a namespace that runs. */
export interface Observed {
	/** Increment requests a second. */
	rate: number;
	/** Distinct counters. */
	counters: number;
}

/** Seconds between two looks: a batch may be in flight at either. */
export const WATCHED_S = 30;

const ROUTE = "/-/metrics";

/**
 * Watches a running Worker for a while: what its shards took meanwhile, whether or
 * not it is in the totals. Admin.
 *
 * @returns by the binding of each namespace
 * @throws CounterGenError as `NamespaceClient` does, or if a namespace does not answer
 */
export async function observe(
	client: NamespaceClient,
	seconds: number = WATCHED_S,
): Promise<ReadonlyMap<string, Observed>> {
	const before = await scrape(client);
	await sleep(seconds * 1_000, undefined, { signal: client.signal });
	const after = await scrape(client);
	const passed = (after.at - before.at) / 1_000;
	const bindings = after.samples
		.filter(({ name }) => name === "counter_gen_counters")
		.map(({ labels, value }) => [labels.namespace ?? "", value] as const);
	return new Map(
		bindings.map(([namespace, counters]) => {
			const taken =
				requestsOf(after.samples, namespace) -
				requestsOf(before.samples, namespace);
			return [namespace, { rate: Math.max(0, taken) / passed, counters }];
		}),
	);
}

interface Scrape {
	/** Milliseconds, of a clock of this machine. */
	at: number;
	samples: Sample[];
}

async function scrape(client: NamespaceClient): Promise<Scrape> {
	const reply = await client.request("GET", ROUTE);
	const at = performance.now();
	if (!isSuccess(reply.status)) throw client.refusal("GET", ROUTE, reply);
	const samples = metricsIn(reply.text);
	if (samples.length === 0) throw client.refusal("GET", ROUTE, reply);
	const down = samples.find(
		({ name, value }) => /^counter_gen_(shard_)?up$/.test(name) && value === 0,
	);
	if (down)
		throw new CounterGenError({
			code: "server-unreachable",
			what: `${down.labels.namespace} did not answer in full: what it takes is not known`,
			fix: "try again in a minute; docs/operations.md says what to look at",
		});
	return { at, samples };
}

/** Adds up requests of all shards: those in the totals, and those held back. */
function requestsOf(samples: readonly Sample[], namespace: string): number {
	return samples
		.filter(
			({ name, labels }) =>
				labels.namespace === namespace &&
				(name === "counter_gen_increment_requests_total" ||
					name === "counter_gen_pending_requests"),
		)
		.reduce((sum, { value }) => sum + value, 0);
}
