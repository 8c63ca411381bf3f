import { errorText } from "../log.ts";
import { withDeadline } from "../object/deadline.ts";
import { wait } from "../object/world.ts";
import { globalObject } from "../objects.ts";
import { objectLog } from "../settings.ts";
import { guarded, guards, type Handle } from "./access.ts";
import { answerText } from "./answer.ts";
import { exposition, type Observed } from "./metrics.ts";
import type { RoutedNamespace } from "./namespace.ts";

/** A scrape waits 10 seconds as a rule; milliseconds. */
const SCRAPE_PATIENCE = 8_000;

/**
 * `GET /-/metrics`: how every namespace gets on, also if some do not answer.
 * Open only if the admin routes of all are.
 */
export function metricsRoute(counters: readonly RoutedNamespace[]): Handle {
	const guard = counters
		.map(({ access }) => guards(access).admin)
		.find((one) => one !== undefined);
	return guarded(guard, async (c) => {
		const all = counters.map((counter) => observe(counter, c.env));
		return answerText(
			exposition(await Promise.all(all)),
			"text/plain; version=0.0.4; charset=utf-8",
		);
	});
}

async function observe(
	counter: RoutedNamespace,
	env: object,
): Promise<Observed> {
	const namespace = counter.doNamespace;
	try {
		const answer = globalObject(counter, env).metrics();
		const vitals = await withDeadline({ wait }, answer, SCRAPE_PATIENCE);
		return { namespace, vitals };
	} catch (error) {
		objectLog(counter, "global")("warn", "global-unreachable", {
			error: errorText(error),
		});
		return { namespace, vitals: undefined };
	}
}
