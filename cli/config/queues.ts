import { isValues, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import { settings } from "./schema.ts";
import type { Path, Source } from "./source.ts";

/** Names the queue of the messages that a queue's consumer never counted. */
export function deadLetters(queue: string): string {
	return `${queue}-dead`;
}

/** A queue that something consumes. */
interface Consumed {
	queue: unknown;
	owner: string;
	path: Path;
}

/**
 * Finds queues that would have two consumers, and those whose messages could count
 * twice. `file` has its defaults merged in.
 */
export function queueProblems(source: Source, file: Values): ConfigProblem[] {
	const namespaces = Object.entries(
		isValues(file.namespaces) ? file.namespaces : {},
	).flatMap(([key, own]) =>
		isValues(own) && own.queue !== undefined ? [{ key, own }] : [],
	);
	const all: Consumed[] = [
		...namespaces.map(({ key, own }) => ({
			queue: own.queue,
			owner: `namespace \`${key}\``,
			path: ["namespaces", key, "queue"],
		})),
		...ofWrangler(file.wrangler),
	];
	const first = new Map<unknown, string>();
	const shared = all.flatMap(({ queue, owner, path }): ConfigProblem[] => {
		const other = first.get(queue);
		first.set(queue, other ?? owner);
		if (other === undefined || typeof queue !== "string") return [];
		return [
			{
				code: "not-unique",
				what: `${other} and ${owner} have the same queue, ${queue}`,
				why: "a queue has one consumer, and its messages count in one namespace",
				fix: "let one of them have another queue",
				where: source.placeOfValue(source.locate(path)),
			},
		];
	});
	const unkeyed = namespaces
		.filter(
			({ own }) =>
				settings.idempotencyWindow.safeParse(own.idempotencyWindow).data === 0,
		)
		.map(
			({ key }): ConfigProblem => ({
				code: "contradiction",
				what: `\`${key}\` counts a queue, and takes no idempotency keys`,
				why: "a queue may deliver a message twice; its id is the key by which it counts once",
				fix: "remove `idempotencyWindow: 0`, or the queue",
				where: source.placeOfValue(source.locate(["namespaces", key, "queue"])),
			}),
		);
	return [...shared, ...unkeyed];
}

function ofWrangler(wrangler: unknown): Consumed[] {
	const queues = isValues(wrangler) ? wrangler.queues : undefined;
	const consumers = isValues(queues) ? queues.consumers : undefined;
	return (Array.isArray(consumers) ? consumers : []).map((one, at) => ({
		queue: isValues(one) ? one.queue : undefined,
		owner: "`wrangler.queues`",
		path: ["wrangler", "queues", "consumers", at, "queue"],
	}));
}
