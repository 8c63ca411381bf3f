// @ts-check
import { WorkerEntrypoint } from "cloudflare:workers";

/**
 * @typedef {{ id: string, limit: number, period: number }} Limit
 * `limit` requests in `period` seconds
 */

/**
 * Counts of each limiter in the present period, by key. Only memory: a
 * restart begins a new one.
 *
 * @type {Map<string, { period: number, counts: Map<string, number> }>}
 */
const limiters = new Map();

/**
 * Plain workerd has no rate limiter: a binding there is a service with the same
 * method. Periods go by the clock, for all keys at once, as in `wrangler dev`.
 *
 * @extends {WorkerEntrypoint<object, Limit>}
 */
export default class RateLimiter extends WorkerEntrypoint {
	/** @param {{ key: string }} options */
	limit({ key }) {
		const { id, limit, period } = this.ctx.props;
		const now = Math.floor(Date.now() / (period * 1000));
		let current = limiters.get(id);
		if (current?.period !== now) {
			current = { period: now, counts: new Map() };
			limiters.set(id, current);
		}
		const count = current.counts.get(key) ?? 0;
		if (count < limit) current.counts.set(key, count + 1);
		return { success: count < limit };
	}
}
