import { migrate } from "../object/migrations.ts";
import type { LiveUpdates } from "./contract.ts";
import { script as element } from "./element.ts";
import { LiveFeed } from "./feed.ts";
import { LiveSockets } from "./object.ts";
import { liveRoute } from "./route.ts";
import { LIVE_SCHEMA } from "./schema.ts";
import { TurnStorage } from "./turn-storage.ts";

/**
 * Pushes totals over WebSockets to whoever opens `GET /live`, at most once a
 * second. Costs nothing while nobody looks, or nothing changes.
 *
 * @param options.objects how many hold viewers, 10,000 each; 1 to 64
 *
 * @example
 * class Metrics extends CounterDurableObject {
 * 	static override readonly live = liveUpdates({ objects: 1 });
 * }
 */
export function liveUpdates({ objects }: { objects: number }): LiveUpdates {
	return {
		objects,
		open: (database, host) => {
			migrate(database, "live", LIVE_SCHEMA);
			const turns = new TurnStorage(database, objects, host.now());
			return new LiveFeed(turns, host);
		},
		play: (object, host) => new LiveSockets(object, host),
		route: (door) => liveRoute(objects, door),
		element,
	};
}
