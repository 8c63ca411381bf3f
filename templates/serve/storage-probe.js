// @ts-check

/** Room that an object needs to start and to commit once. */
const ROOM_BYTES = 64 * 1024;

/**
 * Answers 204 if the disk takes a small file, 507 if it does not. An object that
 * cannot start does not say why, and one without room cannot be asked: so this
 * asks the disk itself.
 */
export default {
	/**
	 * @param {Request} _
	 * @param {{ DISK: Fetcher }} env
	 */
	async fetch(_, env) {
		const file = `http://disk/${crypto.randomUUID()}.probe`;
		try {
			const { ok } = await env.DISK.fetch(file, {
				method: "PUT",
				body: new Uint8Array(ROOM_BYTES),
			});
			return new Response(null, { status: ok ? 204 : 507 });
		} catch {
			return new Response(null, { status: 507 });
		} finally {
			await env.DISK.fetch(file, { method: "DELETE" }).catch(() => {});
		}
	},
};
