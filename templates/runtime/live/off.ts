import type { Database } from "../object/database.ts";
import { dropRoom } from "../object/migrations.ts";
import type { FeedHost, LiveUpdates, Met } from "./contract.ts";

/**
 * Stands for live updates where they are off: forgets who watched. An object with
 * viewers from before closes them as it wakes, and the global object wakes it.
 */
export const liveOff: LiveUpdates = {
	objects: 0,
	open: (database, host) => {
		for (const object of objectsIn(database)) void wake(object, host);
		dropRoom(database, "live", "turns", "watching");
		return {
			changing: () => {},
			resetting: () => {},
			watch: () => {
				throw new Error("live updates are off");
			},
			nextAt: () => undefined,
			rang: () => {},
		};
	},
	play: (_, { state }) => {
		const close = (socket: WebSocket) => socket.close(1012, "come back");
		for (const socket of state.getWebSockets()) close(socket);
		const nobody = (): Met => ({ life: 0, names: [] });
		return {
			meet: nobody,
			push: nobody,
			fetch: () => new Response(null, { status: 503 }),
			closed: close,
			messaged: close,
			alarm: async () => {},
		};
	},
};

/** Lists the objects that may have viewers from before. */
function objectsIn({ sql }: Database): number[] {
	const tables = sql.exec(
		"SELECT 1 FROM sqlite_master WHERE name = 'watching'",
	);
	if (tables.toArray().length === 0) return [];
	return sql
		.exec<{ object: number }>("SELECT object FROM watching")
		.toArray()
		.map(({ object }) => object);
}

async function wake(object: number, host: FeedHost): Promise<void> {
	try {
		await host.meet(object);
	} catch {
		// It closes them whenever it wakes.
	}
}
