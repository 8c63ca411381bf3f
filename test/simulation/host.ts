import type {
	GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { LiveRole } from "../../templates/runtime/live/role.ts";
import type { Database } from "../../templates/runtime/object/database.ts";
import type { Host } from "../../templates/runtime/object/host.ts";
import type {
	ShardHost,
	ShardRole,
} from "../../templates/runtime/shard/role.ts";
import * as beforeBounds from "./before-bounds/roles.js";
import * as beforeHistory from "./before-history/roles.js";
import * as beforeJournal from "./before-journal/global-role.js";
import type { Cluster } from "./cluster.ts";
import type { Life } from "./object.ts";
import { compose } from "./runtime.ts";

export type Role =
	| ShardRole
	| GlobalRole
	| (LiveRole & { alarm(): Promise<void> });

/** Never goes on: what a dead incarnation waits for. */
const NEVER = new Promise<never>(() => {});

/** The place of a role that is only looked at: nothing leaves it. */
export interface Aside {
	database: Database;
	setAlarm: Host["setAlarm"];
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
	/** Keeps the object awake until a promise has settled. */
	const awake = <T>(promise: Promise<T>): Promise<T> => {
		incarnation.busy++;
		const done = () => {
			incarnation.busy--;
		};
		promise.then(done, done);
		return promise;
	};
	const call = <T>(to: string, method: string, ...args: unknown[]) =>
		incarnation.alive && !aside
			? awake(cluster.call<T>(incarnation, to, method, args))
			: NEVER;
	const host: Host = {
		now: () => {
			const shown = cluster.toEpoch(cluster.clocks.read(object.name)) + skew;
			if (object.name === "global") cluster.onLook(shown);
			return shown;
		},
		random: () => random.next(),
		wait: (ms, signal) =>
			awake(
				new Promise((resolve, reject) => {
					scheduler.after(ms, () => incarnation.alive && resolve());
					signal?.addEventListener("abort", () => reject(signal.reason));
				}),
			),
		setAlarm: (at) => {
			if (incarnation.alive) return object.askAlarm(incarnation, at);
		},
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
		const globalHost: GlobalHost = {
			...host,
			drain: (shard, ...which) => call(`shard${shard}`, "drain", ...which),
			recall: (shard, recall) => call(`shard${shard}`, "recall", recall),
			holdings: (shard, ...which) =>
				call(`shard${shard}`, "holdings", ...which),
			health: (shard) => call(`shard${shard}`, "health"),
			meet: (live) => call(`live${live}`, "meet"),
			push: (live, push) => call(`live${live}`, "push", push),
			kv: cluster.runtime.kvWriter(() => cluster.kv.writer(incarnation)),
			pageBytes: cluster.pageBytes,
		};
		const { GlobalRole } = !incarnation.hasJournal
			? beforeJournal
			: incarnation.hasBounds
				? cluster.runtime
				: beforeBounds;
		return new GlobalRole(settings, database, globalHost);
	}
	const index = Number(/\d+$/.exec(object.name)?.[0]);
	if (object.name.startsWith("live")) {
		const role = new cluster.runtime.LiveRole(index, {
			...host,
			viewers: () => [...object.sockets],
			pingedAt: () => host.now(),
			watch: (watch) => call("global", "watch", watch),
		});
		return Object.assign(role, { alarm: async () => {} });
	}
	const shardHost: ShardHost = {
		...host,
		commit: () => object.sync(incarnation),
		lend: (ask) => call("global", "lend", ask),
		apply: (batch) => call("global", "apply", batch),
		register: (lists) => call("global", "register", lists, index),
		claimAt: (shard, key, shardings) =>
			call(`shard${shard}`, "claim", key, index, shardings),
	};
	const { ShardRole } = !incarnation.hasHistory
		? beforeHistory
		: incarnation.hasBounds
			? cluster.runtime
			: beforeBounds;
	return new ShardRole(index, settings, database, shardHost);
}
