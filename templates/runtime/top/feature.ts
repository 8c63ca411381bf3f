import { migrate } from "../object/migrations.ts";
import type { Top } from "./contract.ts";
import { topOf, topRoute } from "./route.ts";
import { TOP_SCHEMA } from "./schema.ts";
import { TopStorage } from "./storage.ts";

/**
 * Publishes the counters with the highest totals to KV, for `GET /top`.
 *
 * @param options.counters how many; 1 to 1,000
 *
 * @example
 * class Metrics extends CounterDurableObject {
 * 	static override readonly top = topCounters({ counters: 10 });
 * }
 */
export function topCounters({ counters }: { counters: number }): Top {
	return {
		counters,
		open: (database) => {
			migrate(database, "top", TOP_SCHEMA);
			return new TopStorage(database, counters);
		},
		of: (published) => topOf(published, counters),
		route: (door) => topRoute(counters, door),
	};
}
