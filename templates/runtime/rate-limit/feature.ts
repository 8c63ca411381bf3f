import type { Context } from "hono";
import { binding } from "../binding.ts";
import type { Handle } from "../http/access.ts";
import type { RateLimiter } from "../http/namespace.ts";
import { CounterProblem } from "../problem.ts";

/** Bounds what one client address may send. */
export interface RateLimitOptions {
	/** Name of the rate limiter in `env`; it has the same numbers. */
	readonly binding: string;
	/** Increment requests in one period; 1 to 1,000,000. */
	readonly limit: number;
	/** Seconds: 10 or 60. */
	readonly period: 10 | 60;
}

/**
 * Refuses an address that has sent its share of increments (429), before
 * anything else is done. Cloudflare counts by location, and lets a few more
 * through than it says:
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 *
 * @example
 * class Metrics extends CounterDurableObject {
 * 	static override readonly rateLimit = rateLimiter({
 * 		binding: "METRICS_DO_RATE_LIMIT", // [[ratelimits]] of wrangler.toml
 * 		limit: 100,
 * 		period: 60,
 * 	});
 * }
 */
export function rateLimiter(options: RateLimitOptions): RateLimiter {
	const { binding: name, limit, period } = options;
	return {
		limit: (handle: Handle) => async (c) => {
			const limiter = binding<RateLimit>(c.env, name);
			const { success } = await limiter.limit({ key: clientOf(addressOf(c)) });
			if (success) return handle(c);
			throw new CounterProblem({
				code: "rate-limited",
				status: 429,
				title: "Too many requests",
				detail: `One address may send ${limit} increments in ${period} seconds. Nothing was counted: wait as Retry-After says`,
				retryAfter: period,
			});
		},
	};
}

/**
 * Reads the address that a request came from; empty if nobody knows. Plain workerd
 * has it with its port, `127.0.0.1:50344` or `[::1]:50344`, and leaves the header to
 * the client. Cloudflare has only the header, and writes that itself.
 */
function addressOf(c: Context): string {
	const { clientIp } = (c.req.raw.cf ?? {}) as { clientIp?: string };
	if (clientIp === undefined) return c.req.header("CF-Connecting-IP") ?? "";
	return clientIp.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

/**
 * Names the client behind an address: for IPv6 its first 64 bits, as one
 * subscriber has all addresses that begin with them. https://www.rfc-editor.org/rfc/rfc6177
 */
function clientOf(address: string): string {
	if (!address.includes(":") || address.includes(".")) return address;
	const [head = [], tail = []] = address
		.split("::")
		.map((part) => part.split(":").filter((group) => group !== ""));
	const zeros = new Array(Math.max(0, 8 - head.length - tail.length)).fill("0");
	return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}
