import { WorkerEntrypoint } from "cloudflare:workers";
import { totalBounds } from "../../../templates/runtime/bounds/feature.ts";
import { periodBounds } from "../../../templates/runtime/bounds/period-feature.ts";
import { crossOrigin } from "../../../templates/runtime/cors/feature.ts";
import { CounterDurableObject } from "../../../templates/runtime/counter.ts";
import { dashboard } from "../../../templates/runtime/dashboard/feature.ts";
import { counterEntrypoint } from "../../../templates/runtime/entrypoint.ts";
import { history } from "../../../templates/runtime/history/feature.ts";
import type { Idempotency } from "../../../templates/runtime/idempotency/contract.ts";
import { idempotencyKeys } from "../../../templates/runtime/idempotency/feature.ts";
import { idempotencyOff } from "../../../templates/runtime/idempotency/off.ts";
import type { Push, Watch } from "../../../templates/runtime/live/contract.ts";
import { liveUpdates } from "../../../templates/runtime/live/feature.ts";
import type { LogLevel } from "../../../templates/runtime/log.ts";
import type {
	Batch,
	NameRange,
	Part,
} from "../../../templates/runtime/protocol.ts";
import { topCounters } from "../../../templates/runtime/top/feature.ts";
import type { WriteLog } from "../../../templates/runtime/write-log/contract.ts";
import { writeLog } from "../../../templates/runtime/write-log/feature.ts";
import { documentedWorker } from "../documented.ts";

export { CounterDurableObject };

/** The original's defaults, but smaller; flushes by count only. */
export class Metrics extends CounterDurableObject<Cloudflare.Env> {
	static override readonly doNamespace: string = "METRICS_DO";
	static override readonly kvPrefix: string = "metrics";
	static override readonly shardCount: number = 2;
	static override readonly shardMinRequestToGlobal: number = 3;
	static override readonly shardWriteToGlobalAfter: number = 0;
	static override readonly globalMinWritesToKV: number = 2;
	static override readonly globalWriteToKVAfter: number = 0;
	static override readonly methods: readonly ("GET" | "POST")[] = [
		"GET",
		"POST",
	];
	static override readonly idempotency: Idempotency = idempotencyKeys({
		windowMs: 3_600_000,
	});
	static override readonly writeLog: WriteLog = writeLog({ events: 5 });
}

/** A list of names, votes for and against, and POST only. */
export class Votes extends Metrics {
	static override readonly doNamespace = "VOTES_DO";
	static override readonly kvPrefix = "votes";
	static override readonly names = ["yes", "no"] as const;
	static override readonly incrementBounds = { min: -1, max: 1 };
	static override readonly methods = ["POST"] as const;
	static override readonly idempotency = idempotencyOff;
}

/** Flushes by time only: one shard, alarms a long way off. */
export class Timed extends Metrics {
	static override readonly doNamespace = "TIMED_DO";
	static override readonly kvPrefix = "timed";
	static override readonly shardCount = 1;
	static override readonly shardMinRequestToGlobal = 1_000;
	static override readonly shardWriteToGlobalAfter = 60_000;
	static override readonly globalMinWritesToKV = 1_000;
	static override readonly globalWriteToKVAfter = 60_000;
}

/** Flushes when told to only; takes any name and any safe number. */
export class Manual extends Metrics {
	static override readonly doNamespace: string = "MANUAL_DO";
	static override readonly kvPrefix: string = "manual";
	static override readonly shardMinRequestToGlobal = 1_000_000;
	static override readonly globalMinWritesToKV = 1_000_000;
	static override readonly names = /[\s\S]/u;
	static override readonly incrementBounds = {
		min: Number.MIN_SAFE_INTEGER,
		max: Number.MAX_SAFE_INTEGER,
	};
}

/** Had three shards once. */
export class Shrunk extends Manual {
	static override readonly doNamespace = "SHRUNK_DO";
	static override readonly kvPrefix = "shrunk";
	static override readonly shardCount = 1;
	static override readonly shardCounts = [3, 1];
}

/** Had one shard once, and has five now. */
export class Grown extends Manual {
	static override readonly doNamespace = "GROWN_DO";
	static override readonly kvPrefix = "grown";
	static override readonly shardCount = 5;
	static override readonly shardCounts = [1, 5];
	static override readonly reshardings = 1;
}

/** Has room for three counters. */
export class Few extends Manual {
	static override readonly doNamespace = "FEW_DO";
	static override readonly kvPrefix = "few";
	static override readonly maxCounters = 3;
}

/** Has room for more counters than fit into a page. */
export class Big extends Manual {
	static override readonly doNamespace = "BIG_DO";
	static override readonly kvPrefix = "big";
	static override readonly maxCounters = 1_000_000;
	static override readonly top = topCounters({ counters: 5 });
	static override readonly writeLog = writeLog({ events: 3 });
}

/** Has room for viewers, on two objects; fails where and when a test says so. */
export class Live extends Manual {
	static override readonly doNamespace = "LIVE_DO";
	static override readonly kvPrefix = "live";
	static override readonly live = liveUpdates({ objects: 2 });
	failing = false;

	override async watch(watch: Watch) {
		if (this.failing) throw new Error("the global object fails");
		return super.watch(watch);
	}

	override async push(push: Push) {
		if (this.failing) throw new Error("the live object fails");
		return super.push(push);
	}
}

/** Keeps what was counted when, by the clocks of Berlin. */
export class Past extends Manual {
	static override readonly doNamespace = "PAST_DO";
	static override readonly kvPrefix = "past";
	static override readonly history = history({
		hour: 7 * 86_400_000,
		day: 400 * 86_400_000,
		timeZone: "Europe/Berlin",
	});
}

/** Has ten of each, which may come back. */
export class Seats extends Metrics {
	static override readonly doNamespace = "SEATS_DO";
	static override readonly kvPrefix = "seats";
	static override readonly names = /^[a-z-]{1,20}$/u;
	static override readonly incrementBounds = { min: -20, max: 20 };
	static override readonly totalBounds = totalBounds({ min: 0, max: 10 });
}

/** Has three a month. */
export class Quota extends Metrics {
	static override readonly doNamespace = "QUOTA_DO";
	static override readonly kvPrefix = "quota";
	static override readonly totalBounds = periodBounds({
		max: 3,
		per: "month",
		timeZone: "Europe/Berlin",
	});
}

/** Gets another prefix where and when a test says so. */
export class Moved extends Manual {
	static override readonly doNamespace = "MOVED_DO";
	static override kvPrefix: string = "first";
	static override earlierKvPrefixes: readonly string[] = [];
}

/** Hands on what the stubs answer, as a Worker does that others are bound to. */
export class Crossing extends WorkerEntrypoint<Cloudflare.Env> {
	/** Calls a method of a shard's stub. */
	shard(method: string, ...args: unknown[]): Promise<unknown> {
		return call(Past.shardStub(this.env, 0), method, args);
	}

	/** Calls a method of the global object's stub. */
	global(method: string, ...args: unknown[]): Promise<unknown> {
		return call(Past.globalStub(this.env), method, args);
	}

	kvCounters(): Promise<Record<string, number>> {
		return Past.kvCounters(this.env);
	}
}

/** The entrypoint that other Workers bind. */
export class Counters extends counterEntrypoint({
	manual: Manual,
	"big-ones": Big,
	votes: Votes,
	seats: Seats,
	past: Past,
}) {}

function call(
	stub: object,
	method: string,
	args: readonly unknown[],
): Promise<unknown> {
	return Reflect.get(stub, method).apply(stub, args);
}

/** Fails where and when a test says so. */
export class Faulty extends Manual {
	static override readonly doNamespace: string = "FAULTY_DO";
	static override readonly kvPrefix: string = "faulty";
	failing = false;
	/** Times that it was asked for its holdings or health, or to drain. */
	asked = 0;

	override async apply(batch: Batch) {
		if (this.failing) throw new Error("the global object fails");
		return super.apply(batch);
	}

	override async register(lists: readonly (readonly string[])[], by: number) {
		if (this.failing) throw new Error("the global object fails");
		return super.register(lists, by);
	}

	override async totals(part: Part) {
		if (this.failing) throw new Error("the global object fails");
		return super.totals(part);
	}

	override async drain(forget?: string | true) {
		this.asked++;
		if (this.failing) throw new Error("the shard fails");
		return super.drain(forget);
	}

	override async holdings(range?: NameRange, most?: number) {
		this.asked++;
		if (this.failing) throw new Error("the shard fails");
		return super.holdings(range, most);
	}

	override async health() {
		this.asked++;
		if (this.failing) throw new Error("the shard fails");
		return super.health();
	}

	override async metrics() {
		if (this.failing) throw new Error("the global object fails");
		return super.metrics();
	}

	override async refused(requests: Record<string, number>) {
		this.asked++;
		if (this.failing) throw new Error("the global object fails");
		return super.refused(requests);
	}
}

/** Logs from the level that a test says. */
export class Logged extends Faulty {
	static override readonly doNamespace = "LOGGED_DO";
	static override readonly kvPrefix = "logged";
	static override logLevel: LogLevel = "info";
}

/** Its key is longer than the 512 bytes that KV takes. */
export class Unpublishable extends Manual {
	static override readonly doNamespace = "UNPUBLISHABLE_DO";
	static override readonly kvPrefix = "x".repeat(600);
}

/** Forgot a static. */
export class Incomplete extends CounterDurableObject {
	static override readonly doNamespace = "INCOMPLETE_DO";
	static override readonly kvPrefix = "incomplete";
}

export default documentedWorker({
	mounts: {
		"/": Metrics,
		"/votes": Votes,
		"/timed": Timed,
		"/manual": Manual,
		"/shrunk": Shrunk,
		"/moved": Moved,
		"/big": Big,
		"/past": Past,
		"/seats": Seats,
		"/quota": Quota,
		"/watched": Live,
	},
	cors: crossOrigin(["https://example.com", "https://*.example.org"]),
	dashboard: dashboard(),
});
