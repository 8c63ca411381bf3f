import {
	createExecutionContext,
	createMessageBatch,
	getQueueResult,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { queueConsumer } from "../../templates/runtime/queue/feature.ts";
import { counterWorker } from "../../templates/runtime/worker.ts";
import { Manual, Votes } from "./worker/index.ts";

const worker = counterWorker({
	mounts: { "/": Manual },
	queue: queueConsumer({ clicks: Manual }),
});

/** Delivers messages, each with its id, and answers what becomes of them. */
async function deliver(
	messages: readonly (readonly [
		id: string,
		body: unknown,
		attempts?: number,
	])[],
	bindings: object = env,
	{ queue = "clicks", consumer = worker.queue } = {},
) {
	const batch = createMessageBatch(
		queue,
		messages.map(([id, body, attempts = 1]) => ({
			id,
			timestamp: new Date(),
			attempts,
			body,
		})),
	);
	await consumer(batch, bindings);
	const { explicitAcks, retryMessages } = await getQueueResult(
		batch,
		createExecutionContext(),
	);
	return { counted: explicitAcks, again: retryMessages };
}

const total = async (name: string) =>
	(await Manual.globalStub(env).exactTotal(name)).value;

/** Objects that all fail in the same way. */
function failing(error: Error) {
	const increment = () => Promise.reject(error);
	return { ...env, MANUAL_DO: { getByName: () => ({ increment }) } };
}

describe("a message of a queue", () => {
	it("counts all that it holds, and is acknowledged", async () => {
		const { counted, again } = await deliver([
			["m1", { clicks: 2, buys: 1 }],
			["m2", { clicks: 3 }],
			["m3", '{"clicks":4}'],
		]);
		expect([counted.toSorted(), again]).toEqual([["m1", "m2", "m3"], []]);
		expect([await total("clicks"), await total("buys")]).toEqual([9, 1]);
	});

	it("counts once by its id, however often it comes", async () => {
		for (const attempt of [1, 2, 3])
			expect(
				(await deliver([["twice", { again: 5 }, attempt]])).counted,
			).toEqual(["twice"]);
		expect(await total("again")).toBe(5);
	});

	it.each([
		["no object", 7],
		["a list", [1]],
		["nothing", null],
		["no JSON", "clicks"],
		["a name twice", '{"a":1,"a":2}'],
		["no counter", {}],
		["a number as text", { refused: "1" }],
		["a name that is none", { refused: 1, "..": 1 }],
	])(
		"that holds %s comes again at once, and the others count",
		async (_, body) => {
			const line = vi.spyOn(console, "warn").mockImplementation(() => {});
			const { counted, again } = await deliver([
				["wrong", body],
				[`beside ${String(_)}`, { beside: 1 }],
			]);
			expect(counted).toEqual([`beside ${String(_)}`]);
			expect(again).toEqual([{ msgId: "wrong" }]);
			expect(JSON.parse(line.mock.lastCall?.[0])).toMatchObject({
				level: "warn",
				event: "message-refused",
				namespace: "MANUAL_DO",
				object: "queue",
				attempts: 1,
				code: expect.stringMatching(/^invalid-/),
			});
			expect(await total("refused")).toBeUndefined();
			line.mockRestore();
		},
	);

	it.each([
		[1, 5],
		[2, 10],
		[6, 160],
		[7, 300],
		[50, 300],
	])(
		"that cannot be counted now comes again, after try %i in %i s",
		async (attempts, delaySeconds) => {
			const line = vi.spyOn(console, "warn").mockImplementation(() => {});
			const transient = { overloaded: true };
			const overloaded = Object.assign(new Error("too much"), transient);
			for (const error of [overloaded, new Error("a bug")]) {
				// A retry has no delay as the test pool shows it.
				const [ack, retry] = [vi.fn(), vi.fn()];
				const message = { id: "m", body: { later: 1 }, attempts, ack, retry };
				const batch = { queue: "clicks", messages: [message] };
				await worker.queue(batch as unknown as MessageBatch, failing(error));
				expect(ack).not.toHaveBeenCalled();
				expect(retry.mock.calls).toEqual([[{ delaySeconds }]]);
			}
			line.mockRestore();
		},
	);

	it("of a queue that nothing counts fails, and names it", async () => {
		const elsewhere = { queue: "other" };
		await expect(deliver([["m", { a: 1 }]], env, elsewhere)).rejects.toThrow(
			"No namespace counts the queue other",
		);
	});

	it("is refused where a list has no such name, and by keys that are off", async () => {
		const line = vi.spyOn(console, "warn").mockImplementation(() => {});
		const consumer = queueConsumer({ votes: Votes });
		const { again } = await deliver([["vote", { yes: 1 }]], env, {
			queue: "votes",
			consumer,
		});
		expect(again).toEqual([{ msgId: "vote" }]);
		line.mockRestore();
	});
});

it("a Worker without queues has no handler of them", () => {
	expect("queue" in counterWorker({ mounts: {} })).toBe(false);
});
