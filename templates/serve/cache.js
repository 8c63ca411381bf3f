// @ts-check

/** Answers to what `caches` asks by these methods; else 504, which is a miss. */
const STATUS = new Map([
	["PUT", 204],
	["PURGE", 404],
]);

/**
 * Plain workerd has no cache, and what asks for one fails. Cloudflare's own may
 * forget anything at any time: this one does at once.
 */
export default {
	/** @param {Request} request */
	async fetch(request) {
		await request.body?.cancel();
		return new Response(null, {
			status: STATUS.get(request.method) ?? 504,
			headers: { "CF-Cache-Status": "MISS" },
		});
	},
};
