import type {
	GlobalRole,
	GlobalWorld,
} from "../../templates/runtime/global/role.ts";
import type { World } from "../../templates/runtime/object/alarm.ts";
import type { Database } from "../../templates/runtime/object/database.ts";
import type {
	ShardRole,
	ShardWorld,
} from "../../templates/runtime/shard/role.ts";
import type { Cluster } from "./cluster.ts";
import type { Life } from "./object.ts";
import { compose } from "./runtime.ts";

export type Role = ShardRole | GlobalRole;

/** Never goes on: what a dead incarnation waits for. */
const NEVER = new Promise<never>(() => {});

/** The place of a role that is only looked at: nothing leaves it. */
export interface Aside {
	database: Database;
	setAlarm: World["setAlarm"];
}

/** Does in the simulation what `counter.ts` does in a Durable Object. */
export function makeRole(
	cluster: Cluster,
	incarnation: Life,
	aside?: Aside,
): Role {
	const { object, skew } = incarnation;
	const settings = compose(cluster.runtime, incarnation.settings);
	const { scheduler, random } = cluster;
	const database =
		aside?.database ?? object.storage.database(() => incarnation.alive);
	const call = <T>(to: string, method: string, ...args: unknown[]) =>
		incarnation.alive && !aside
			? cluster.call<T>(incarnation, to, method, args)
			: NEVER;
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
		...(aside && {
			random: () => 0.5,
			wait: () => NEVER,
			setAlarm: aside.setAlarm,
			log: () => {},
		}),
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
		commit: () => object.sync(incarnation),
		apply: (batch) => call("global", "apply", batch),
		register: (lists) => call("global", "register", lists, index),
		claimAt: (shard, key, shardings) =>
			call(`shard${shard}`, "claim", key, index, shardings),
	};
	return new cluster.runtime.ShardRole(index, settings, database, shardWorld);
}
