import { errorText } from "../log.ts";
import { withDeadline } from "../object/deadline.ts";
import { wait } from "../object/host.ts";
import { globalObject } from "../rpc.ts";
import { objectLog } from "../settings.ts";
import { guarded, guards, type Handle } from "./access.ts";
import { answerText } from "./answer.ts";
import { metricsText, type Observed } from "./metrics.ts";
import type { RoutedNamespace } from "./namespace.ts";

/** Longest wait for a global object: Prometheus gives a scrape 10 seconds by default. */
const SCRAPE_TIMEOUT_MS = 8_000;

/**
 * Answers `GET /-/metrics`: the health of every namespace, also if some do not
 * answer. Open only if the admin routes of all are.
 */
export function metricsRoute(counters: readonly RoutedNamespace[]): Handle {
	const guard = counters
		.map(({ access }) => guards(access).admin)
		.find((one) => one !== undefined);
	return guarded(guard, async (c) => {
		const all = counters.map((counter) => observe(counter, c.env));
		return answerText(
			metricsText(await Promise.all(all)),
			"text/plain; version=0.0.4; charset=utf-8",
		);
	});
}

/** Asks a namespace for its health; one that does not answer has none. */
export async function observe(
	counter: RoutedNamespace,
	env: object,
): Promise<Observed> {
	const namespace = counter.doNamespace;
	try {
		const answer = globalObject(counter, env).metrics();
		const health = await withDeadline({ wait }, answer, SCRAPE_TIMEOUT_MS);
		return { namespace, health };
	} catch (error) {
		objectLog(counter, "global")("warn", "global-unreachable", {
			error: errorText(error),
		});
		return { namespace, health: undefined };
	}
}
