import { Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Dashboard } from "./dashboard/contract.ts";
import { script as element } from "./element/script.ts";
import { answer } from "./http/answer.ts";
import { asset } from "./http/asset.ts";
import {
	answerErrors,
	answerMethodNotAllowed,
	answerNotFound,
} from "./http/errors.ts";
import { metricsRoute } from "./http/metrics-route.ts";
import type { RoutedNamespace } from "./http/namespace.ts";
import { isListed } from "./http/origins.ts";
import { counterRouter } from "./http/router.ts";

export interface WorkerOptions {
	/** The namespaces by the path that each is mounted at. */
	mounts: Readonly<Record<string, RoutedNamespace>>;
	/**
	 * Origins that browsers may call from; `*` alone stands for all, and as the
	 * first label of a host for any one label.
	 */
	cors: readonly string[];
	/** Adds the page at `/-/`; without it there is none. */
	dashboard?: Dashboard;
}

/** Longest time a browser remembers what it may send; Chromium takes no more. */
const PREFLIGHT_AGE_S = 7_200;

/**
 * Makes the whole Worker: every namespace at its mount, `/-/healthz`,
 * `/-/metrics` and `/-/counter.js`.
 *
 * @example
 * export default counterWorker({ mounts: { "/": Metrics }, cors: [] });
 */
export function counterWorker(options: WorkerOptions): Hono {
	const app = new Hono();
	const refuseMethod = methodNotAllowed({
		app,
		onMethodNotAllowed: answerMethodNotAllowed,
	});
	app.onError(answerErrors).notFound(async (c) => {
		c.res = options.dashboard?.fromRoot(c) ?? answerNotFound(c);
		// Not in front of every route: most requests then pass no middleware.
		await refuseMethod(c, async () => {});
		return c.res;
	});
	// Not behind `cors`: pages of any origin may load it.
	app.get("/-/counter.js", asset(element, "text/javascript; charset=utf-8"));
	if (options.cors.length > 0)
		app.use(
			cors({
				origin: options.cors.includes("*")
					? "*"
					: (origin) => (isListed(origin, options.cors) ? origin : null),
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
	app.get("/-/healthz", () => answer({ status: "ok" }));
	app.get("/-/metrics", metricsRoute(Object.values(options.mounts)));
	options.dashboard?.addTo(app, options.mounts);
	for (const [mount, counter] of Object.entries(options.mounts))
		app.route(mount, counterRouter(counter, options.cors));
	return app;
}
