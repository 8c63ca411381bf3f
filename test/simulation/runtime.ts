import { pathToFileURL } from "node:url";
import type { totalBounds } from "../../templates/runtime/bounds/feature.ts";
import type { boundsOff } from "../../templates/runtime/bounds/off.ts";
import type { periodBounds } from "../../templates/runtime/bounds/period-feature.ts";
import type { MAX_DELTA_NAMES } from "../../templates/runtime/global/eviction.ts";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { history } from "../../templates/runtime/history/feature.ts";
import type { historyOff } from "../../templates/runtime/history/off.ts";
import type { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import type { homeOf } from "../../templates/runtime/idempotency/key-home.ts";
import type { idempotencyOff } from "../../templates/runtime/idempotency/off.ts";
import type { kvWriter } from "../../templates/runtime/kv/kv.ts";
import type { KvMemory } from "../../templates/runtime/kv/memory.ts";
import type { KvReader } from "../../templates/runtime/kv/reader.ts";
import type { liveUpdates } from "../../templates/runtime/live/feature.ts";
import type { liveOff } from "../../templates/runtime/live/off.ts";
import type { LiveRole } from "../../templates/runtime/live/role.ts";
import type { following } from "../../templates/runtime/names.ts";
import type { jsonTexts } from "../../templates/runtime/object/database.ts";
import type { COMPACT_FROM_ROWS } from "../../templates/runtime/object/journal.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import type { topCounters } from "../../templates/runtime/top/feature.ts";
import type { topOff } from "../../templates/runtime/top/off.ts";
import type { writeLog } from "../../templates/runtime/write-log/feature.ts";

/** The code under test. */
export interface Runtime {
	boundsOff: typeof boundsOff;
	COMPACT_FROM_ROWS: typeof COMPACT_FROM_ROWS;
	MAX_DELTA_NAMES: typeof MAX_DELTA_NAMES;
	GlobalRole: typeof GlobalRole;
	ShardRole: typeof ShardRole;
	history: typeof history;
	historyOff: typeof historyOff;
	homeOf: typeof homeOf;
	idempotencyKeys: typeof idempotencyKeys;
	idempotencyOff: typeof idempotencyOff;
	kvWriter: typeof kvWriter;
	liveOff: typeof liveOff;
	LiveRole: typeof LiveRole;
	liveUpdates: typeof liveUpdates;
	KvMemory: typeof KvMemory;
	KvReader: typeof KvReader;
	following: typeof following;
	jsonTexts: typeof jsonTexts;
	periodBounds: typeof periodBounds;
	topCounters: typeof topCounters;
	topOff: typeof topOff;
	totalBounds: typeof totalBounds;
	writeLog: typeof writeLog;
}

const FILES = [
	"bounds/feature.ts",
	"bounds/off.ts",
	"bounds/period-feature.ts",
	"global/eviction.ts",
	"global/role.ts",
	"history/feature.ts",
	"history/off.ts",
	"kv/kv.ts",
	"kv/memory.ts",
	"kv/reader.ts",
	"live/feature.ts",
	"live/off.ts",
	"live/role.ts",
	"names.ts",
	"idempotency/feature.ts",
	"idempotency/off.ts",
	"idempotency/key-home.ts",
	"object/database.ts",
	"object/journal.ts",
	"shard/role.ts",
	"top/feature.ts",
	"top/off.ts",
	"write-log/feature.ts",
];

/** Loads the runtime from its folder, or from a copy. */
export async function loadRuntime(
	folder = new URL("../../templates/runtime", import.meta.url).pathname,
): Promise<Runtime> {
	const load = (file: string) =>
		import(/* @vite-ignore */ pathToFileURL(`${folder}/${file}`).href);
	const modules = await Promise.all(FILES.map(load));
	return Object.assign({}, ...modules);
}

/** Composes a configuration of the code under test: as it asks, but of this runtime. */
export function compose(
	runtime: Runtime,
	settings: CounterSettings,
): CounterSettings {
	const { history, historyOff, idempotencyKeys, idempotencyOff } = runtime;
	const { liveOff, liveUpdates, topCounters, topOff, writeLog } = runtime;
	const { kept, timeZone } = settings.history;
	const { windowMs } = settings.idempotency;
	const { events } = settings.writeLog;
	const { objects } = settings.live;
	const { counters } = settings.top;
	return {
		...settings,
		totalBounds: composeBounds(runtime, settings),
		history:
			Object.keys(kept).length > 0
				? history({ ...kept, timeZone })
				: historyOff,
		idempotency: windowMs > 0 ? idempotencyKeys({ windowMs }) : idempotencyOff,
		live: objects > 0 ? liveUpdates({ objects }) : liveOff,
		top: counters > 0 ? topCounters({ counters }) : topOff,
		...(events > 0 && { writeLog: writeLog({ events }) }),
	};
}

function composeBounds(
	{ boundsOff, periodBounds, totalBounds }: Runtime,
	{ totalBounds: { limits, per, timeZone = "UTC" } }: CounterSettings,
): CounterSettings["totalBounds"] {
	if (!limits) return boundsOff;
	return per ? periodBounds({ ...limits, per, timeZone }) : totalBounds(limits);
}
