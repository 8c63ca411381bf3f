import type { Handle } from "../http/access.ts";
import { binding } from "../objects.ts";
import { CounterProblem } from "../problem.ts";

/** How many increments one client address may send. */
export interface RateLimit {
	/** Name of the rate limiter in `env`; it has the same numbers. */
	readonly binding: string;
	/** Requests in one period. */
	readonly limit: number;
	/** Seconds. */
	readonly period: 10 | 60;
}

/**
 * Whom an address stands for: of IPv6 its first 64 bits, as one subscriber has
 * all addresses that begin with them. https://www.rfc-editor.org/rfc/rfc6177
 */
function clientOf(address: string): string {
	if (!address.includes(":") || address.includes(".")) return address;
	const [head = [], tail = []] = address
		.split("::")
		.map((part) => part.split(":").filter((group) => group !== ""));
	const zeros = new Array(Math.max(0, 8 - head.length - tail.length)).fill("0");
	return [...head, ...zeros, ...tail].slice(0, 4).join(":");
}

/**
 * A handler that refuses an address which has sent its share (429), before
 * anything else is done; without a limit the handler itself, at no cost.
 * Cloudflare counts by location, and lets a few more through than it says:
 * https://developers.cloudflare.com/workers/runtime-apis/bindings/rate-limit/
 */
export function rateLimited(
	limit: RateLimit | undefined,
	handle: Handle,
): Handle {
	if (!limit) return handle;
	return async (c) => {
		const limiter = binding<globalThis.RateLimit>(c.env, limit.binding);
		// Plain workerd tells no address: there, all clients share one limit.
		const key = clientOf(c.req.header("CF-Connecting-IP") ?? "");
		const { success } = await limiter.limit({ key });
		if (success) return handle(c);
		throw new CounterProblem({
			code: "rate-limited",
			status: 429,
			title: "Too many requests",
			detail: `One address may send ${limit.limit} increments in ${limit.period} seconds. Nothing was counted: wait as Retry-After says`,
			retryAfter: limit.period,
		});
	};
}
