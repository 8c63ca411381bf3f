import { parseCounters } from "../http/counters-json.ts";
import { expected } from "../http/errors.ts";
import type { RoutedNamespace } from "../http/namespace.ts";
import { type Log, unexpected } from "../log.ts";
import { invalid, type Problem } from "../problem.ts";
import { objectLog } from "../settings.ts";
import type { QueueConsumer } from "./contract.ts";

/** Wait before a message comes again: doubles from the first to the longest. */
const FIRST_DELAY_S = 5;
const LONGEST_DELAY_S = 300;

/**
 * Counts what messages of queues hold, each once: `{ name: by, … }`, as the body of
 * `POST /increments`. A message is acknowledged once it is counted; any other
 * comes again, and after as many tries as its queue has, it is a dead letter.
 *
 * @param queues namespaces by the queue that each counts
 *
 * @example
 * export default counterWorker({
 * 	mounts: { "/": Metrics },
 * 	queue: queueConsumer({ clicks: Metrics }),
 * });
 */
export function queueConsumer(
	queues: Readonly<Record<string, RoutedNamespace>>,
): QueueConsumer {
	return async ({ queue, messages }, env) => {
		const counter = queues[queue];
		if (!counter)
			throw new Error(
				`No namespace counts the queue ${queue}: see counters.yaml`,
			);
		const log = objectLog(counter, "queue");
		await Promise.all(
			messages.map((message) => settle(message, counter, env, log)),
		);
	};
}

/** Counts a message and acknowledges it, or has it come again. */
async function settle(
	message: Message,
	counter: RoutedNamespace,
	env: object,
	log: Log,
): Promise<void> {
	const { id, attempts } = message;
	try {
		const counters = countersOf(message.body);
		await counter.shardStub(env).increments(counters, { key: id });
		message.ack();
	} catch (error) {
		const problem = expected(error);
		const why = problem ? { code: problem.code } : unexpected(error);
		log("warn", "message-refused", { attempts, ...why });
		// Waiting does not help a message that is wrong itself.
		if (problem && !mayPass(problem)) message.retry();
		else message.retry({ delaySeconds: delayOf(attempts) });
	}
}

function mayPass({ status, retryAfter }: Problem): boolean {
	return status >= 500 || retryAfter !== undefined;
}

function delayOf(attempts: number): number {
	return Math.min(FIRST_DELAY_S * 2 ** (attempts - 1), LONGEST_DELAY_S);
}

/** @throws CounterProblem (400) unless a body is an object, or JSON of one */
function countersOf(body: unknown): Record<string, number> {
	if (typeof body === "string") return parseCounters(body);
	if (typeof body === "object" && body !== null && !Array.isArray(body))
		return body as Record<string, number>;
	throw invalid(
		"invalid-body",
		'A message must be an object of counters and numbers, such as {"signups": 1}',
	);
}
