import { cors } from "hono/cors";
import type { CrossOrigin } from "./contract.ts";
import { isListed } from "./origins.ts";

/** Longest time a browser remembers what it may send; Chromium takes no more. */
const PREFLIGHT_AGE_S = 7_200;

/**
 * Lets pages of these origins call. `*` alone stands for all, and as the first
 * label of a host for any one label.
 *
 * @example
 * export default counterWorker({
 * 	mounts: { "/": Metrics },
 * 	cors: crossOrigin(["https://example.com", "https://*.example.com"]),
 * });
 */
export function crossOrigin(origins: readonly string[]): CrossOrigin {
	const isAny = origins.includes("*");
	return {
		addTo(app) {
			app.use(
				cors({
					origin: isAny
						? "*"
						: (origin) => (isListed(origin, origins) ? origin : null),
					allowMethods: ["GET", "HEAD", "POST"],
					maxAge: PREFLIGHT_AGE_S,
					allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
					exposeHeaders: [
						"Counter-Read",
						"Counter-As-Of",
						"Counter-Cursor",
						"Idempotent-Replayed",
						"Retry-After",
					],
				}),
			);
		},
		allows: (origin) => isAny || isListed(origin, origins),
	};
}
