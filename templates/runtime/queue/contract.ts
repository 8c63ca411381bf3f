/** Counts the messages of queues; `feature.ts` makes it. */
export type QueueConsumer = (batch: MessageBatch, env: object) => Promise<void>;
