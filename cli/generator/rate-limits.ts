import { createHash } from "node:crypto";
import { rateLimitBinding } from "../config/identity.ts";
import type { Config, RateLimit } from "../config/schema.ts";

/** A rate limiter of a Worker: one for each namespace that has a limit. */
export interface Limiter extends RateLimit {
	/** Name in the Worker's env. */
	binding: string;
	/** Cloudflare's id for it: the same for the same Worker and key. */
	id: string;
}

/** Largest id: Cloudflare asks for an integer, and names no bound. */
const MAX_ID = 2 ** 31 - 1;

/**
 * Lists the limiters of a Worker by the key of their namespace. Limiters of one
 * account that have the same id share their counts, so ids are spread over 31
 * bits by the names of Worker and namespace; within a Worker no two agree.
 */
export function limitersOf({
	worker,
	namespaces,
}: Pick<Config, "worker" | "namespaces">): Map<string, Limiter> {
	const taken = new Set<number>();
	const limiters = new Map<string, Limiter>();
	for (const { key, binding, rateLimit } of namespaces) {
		if (!rateLimit) continue;
		const hash = createHash("sha256").update(`${worker.name}/${key}`).digest();
		let id = 1 + (hash.readUInt32BE() % MAX_ID);
		while (taken.has(id)) id = 1 + (id % MAX_ID);
		taken.add(id);
		limiters.set(key, {
			...rateLimit,
			binding: rateLimitBinding(binding),
			id: String(id),
		});
	}
	return limiters;
}
