import type { Hono } from "hono";
import type { CrossOrigin } from "./cors/contract.ts";
import type { Dashboard } from "./dashboard/contract.ts";
import { script as reading } from "./element/script.ts";
import { answer } from "./http/answer.ts";
import { App } from "./http/app.ts";
import { asset } from "./http/asset.ts";
import {
	answerErrors,
	answerMethodNotAllowed,
	answerNotFound,
} from "./http/errors.ts";
import { metricsRoute } from "./http/metrics-route.ts";
import type { RoutedNamespace } from "./http/namespace.ts";
import { counterRouter } from "./http/router.ts";
import type { QueueConsumer } from "./queue/contract.ts";

export interface WorkerOptions {
	/** The namespaces by the path that each is mounted at. */
	mounts: Readonly<Record<string, RoutedNamespace>>;
	/** Lets pages of other origins call; without it none may. */
	cors?: CrossOrigin;
	/** Adds the page at `/-/`; without it there is none. */
	dashboard?: Dashboard;
	/** The OpenAPI document that `/-/openapi.json` answers; without it nothing does. */
	openapi?: object;
	/** Counts the messages of queues; without it the Worker consumes none. */
	queue?: QueueConsumer;
}

/**
 * Makes the whole Worker: every namespace at its mount, `/-/healthz`,
 * `/-/metrics` and `/-/counter.js`.
 *
 * @example
 * export default counterWorker({ mounts: { "/": Metrics } });
 */
export function counterWorker<Options extends WorkerOptions>(
	options: Options,
): Hono & Pick<Options, Extract<keyof Options, "queue">> {
	const app = new App();
	app.onError(answerErrors).notFound((c) => {
		const methods = app.methodsAt(c.req.path);
		return methods.length > 0 && !methods.includes(c.req.method)
			? answerMethodNotAllowed(c, methods)
			: (options.dashboard?.fromRoot(c) ?? answerNotFound(c));
	});
	// Not behind `cors`: pages of any origin may load these.
	const pushed = Object.values(options.mounts).find(({ live }) => live.element);
	const element = asset(
		pushed?.live.element ?? reading,
		"text/javascript; charset=utf-8",
	);
	app.get("/-/counter.js", element);
	const { openapi } = options;
	if (openapi)
		app.get("/-/openapi.json", () =>
			answer(openapi, { "Access-Control-Allow-Origin": "*" }),
		);
	options.cors?.addTo(app);
	app.get("/-/healthz", () => answer({ status: "ok" }));
	app.get("/-/metrics", metricsRoute(Object.values(options.mounts)));
	options.dashboard?.addTo(app, options.mounts);
	for (const [mount, counter] of Object.entries(options.mounts))
		app.route(mount, counterRouter(counter, options.cors?.allows));
	const { queue } = options;
	return Object.assign(app as Hono, queue && { queue }) as ReturnType<
		typeof counterWorker<Options>
	>;
}
