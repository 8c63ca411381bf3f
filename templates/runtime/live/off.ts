import { dropRoom } from "../object/migrations.ts";
import type { LiveUpdates, Met } from "./contract.ts";

/**
 * Stands for live updates where they are off: forgets who watched. An object with
 * viewers from before closes them as soon as it wakes.
 */
export const liveOff: LiveUpdates = {
	objects: 0,
	open: (database) => {
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
