import type { Total } from "../../cli/config/total.ts";
import { openApi } from "../../cli/openapi/document.ts";
import type { RoutedNamespace } from "../../templates/runtime/http/namespace.ts";
import {
	counterWorker,
	type WorkerOptions,
} from "../../templates/runtime/worker.ts";
import { AnswerCheck } from "./answer-check.ts";

/**
 * Makes a Worker that fails on every answer that its OpenAPI document does not
 * have. Tests of routes use it in place of `counterWorker`.
 */
export function documentedWorker(
	options: WorkerOptions,
): ReturnType<typeof counterWorker> {
	const mounts = Object.entries(options.mounts);
	const openapi = openApi(
		{
			worker: { name: "runtime-test", openapi: true },
			namespaces: mounts.map(([mount, counter]) => described(mount, counter)),
		},
		"Made for a test.",
	);
	const answers = new AnswerCheck(openapi);
	const app = counterWorker({ ...options, openapi });
	const { fetch } = app;
	app.fetch = async (request, ...others) => {
		const answer = await fetch(request, ...others);
		// A handshake has no body, and cannot be cloned.
		const copy = answer.webSocket ? answer : answer.clone();
		await answers.check(request, copy);
		return answer;
	};
	return app;
}

/** Describes a namespace by the statics of its class. */
function described(
	mount: string,
	counter: RoutedNamespace,
): Parameters<typeof openApi>[0]["namespaces"][number] {
	const { names, live } = counter;
	return {
		mount,
		key: counter.doNamespace,
		class: counter.doNamespace,
		methods: [...counter.methods],
		access: counter.access,
		bots: counter.bots ? "ignore" : "count",
		rateLimit: counter.rateLimit && { limit: 1, period: 10 },
		idempotencyWindow: counter.idempotency.windowMs,
		names: names instanceof RegExp ? names.source : [...names],
		increment: counter.incrementBounds,
		live: live.objects > 0 && live,
		top: counter.top.counters,
		history:
			Object.keys(counter.history.kept).length > 0
				? counter.history.kept
				: undefined,
		total: totalOf(counter),
	};
}

/** Finds the YAML's `total` of a namespace. */
export function totalOf({
	totalBounds: { limits, per },
}: Pick<RoutedNamespace, "totalBounds">): Total | undefined {
	return limits && { ...limits, ...(per && { per }) };
}
