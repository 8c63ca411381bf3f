import { DurableObject } from "cloudflare:workers";
import { CounterDurableObject } from "../../../templates/runtime/counter.ts";
import { counterWorker } from "../../../templates/runtime/worker.ts";

/** Namespace for the router, as it is generated. */
class Settings extends CounterDurableObject {
	static override readonly doNamespace = "METRICS_DO";
	static override readonly kvPrefix = "metrics";
	static override readonly shardCount = 2;
	static override readonly shardMinRequestToGlobal = 100;
	static override readonly shardWriteToGlobalAfter = 5000;
	static override readonly globalMinWritesToKV = 100;
	static override readonly globalWriteToKVAfter = 5000;
}

/**
 * The ceiling of any counter in a Durable Object: the generated Worker's own
 * routes, checks and call, to an object that counts nothing.
 */
export class Metrics extends DurableObject {
	increment(): { shard: number; repeated: boolean } {
		return { shard: 0, repeated: false };
	}
}

export default counterWorker({ mounts: { "/": Settings } });
