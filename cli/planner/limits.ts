/**
 * Requests a second that an object takes: the soft limit of simple ones.
 * https://developers.cloudflare.com/durable-objects/platform/limits/
 */
export const SHARD_REQUESTS_PER_SECOND = 1_000;

/** Batches a second that a global object is trusted with: applying one is not simple. */
export const GLOBAL_WRITES_PER_SECOND = 300;

/** Viewers that a live object holds: live/query.ts. */
export const VIEWERS_PER_OBJECT = 10_000;

/**
 * Seconds after which an idle object that can hibernate loses its memory.
 * https://developers.cloudflare.com/durable-objects/concepts/durable-object-lifecycle/
 */
export const IDLE_S = 10;
