// @ts-check
import { DurableObject } from "cloudflare:workers";

/** Milliseconds until the Worker itself runs, or somewhat less. */
const SOON_MS = 5_000;

/**
 * Stands in for a class of the Worker, on its storage, to set alarms.
 *
 * @extends {DurableObject<object>}
 */
export class Sleeper extends DurableObject {
	async wake() {
		const { storage } = this.ctx;
		const before = await storage.getAlarm();
		const soon = Date.now() + SOON_MS;
		// An alarm that seems set to a moment already is not set to it again.
		await storage.setAlarm(soon === before ? soon + 1 : soon);
	}

	/** Leaves the alarm to the Worker. */
	async alarm() {
		await this.wake();
	}
}

export default {
	/**
	 * @param {unknown} _
	 * @param {{ OBJECTS: DurableObjectNamespace<Sleeper>, IDS: string[], SHARDS: number }} env
	 */
	async test(_, { OBJECTS, IDS, SHARDS }) {
		const known = new Set(IDS);
		const names = ["global"];
		for (let n = 0; n < SHARDS; n++) names.push(`shard${n}`);
		/** @type {unknown[]} */
		const errors = [];
		// By name: an alarm that is set by id rings in an object without a name.
		for (const name of names)
			if (known.has(OBJECTS.idFromName(name).toString()))
				await OBJECTS.getByName(name)
					.wake()
					.catch((error) => errors.push(error));
		if (errors.length > 0) throw errors[0];
	},
};
