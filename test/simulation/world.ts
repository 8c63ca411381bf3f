import type {
	GlobalRole,
	GlobalWorld,
} from "../../templates/runtime/global/role.ts";
import type { World } from "../../templates/runtime/object/alarm.ts";
import type {
	ShardRole,
	ShardWorld,
} from "../../templates/runtime/shard/role.ts";
import type { Cluster } from "./cluster.ts";
import type { Life } from "./object.ts";

export type Role = ShardRole | GlobalRole;

/** Never goes on: what a dead incarnation waits for. */
const NEVER = new Promise<never>(() => {});

/** Does in the simulation what `counter.ts` does in a Durable Object. */
export function makeRole(cluster: Cluster, incarnation: Life): Role {
	const { object, settings, skew } = incarnation;
	const { scheduler, random } = cluster;
	const database = object.storage.database(() => incarnation.alive);
	const call = <T>(to: string, method: string, ...args: unknown[]) =>
		incarnation.alive ? cluster.call<T>(incarnation, to, method, args) : NEVER;
	const world: World = {
		now: () => {
			const shown = cluster.toEpoch(cluster.clocks.read(object.name)) + skew;
			if (object.name === "global") cluster.onLook(shown);
			return shown;
		},
		random: () => random.next(),
		wait: (ms, signal) =>
			new Promise((resolve, reject) => {
				scheduler.after(ms, () => incarnation.alive && resolve());
				signal?.addEventListener("abort", () => reject(signal.reason));
			}),
		setAlarm: (at) => incarnation.alive && object.setAlarm(at),
		log: (level, event, details) =>
			level === "debug" ||
			cluster.trace(
				object.name,
				`logs ${level} ${event} ${JSON.stringify(details)}`,
			),
	};
	if (object.name === "global") {
		const globalWorld: GlobalWorld = {
			...world,
			drain: (shard, forget) => call(`shard${shard}`, "drain", forget),
			holdings: (shard, ...which) =>
				call(`shard${shard}`, "holdings", ...which),
			vitals: (shard) => call(`shard${shard}`, "vitals"),
			kv: cluster.runtime.kvWriter(() => cluster.kv.writer(incarnation)),
			pageSize: cluster.pageSize,
		};
		return new cluster.runtime.GlobalRole(settings, database, globalWorld);
	}
	const index = Number(object.name.slice("shard".length));
	const shardWorld: ShardWorld = {
		...world,
		commit: () =>
			new Promise((resolve) =>
				object.gate(() => incarnation.alive && resolve()),
			),
		apply: (batch) => call("global", "apply", batch),
		register: (lists) => call("global", "register", lists, index),
		claimAt: (shard, key) => call(`shard${shard}`, "claim", key, index),
	};
	return new cluster.runtime.ShardRole(index, settings, database, shardWorld);
}
