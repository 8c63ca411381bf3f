import type { Load } from "./load.ts";
import { Observer } from "./observer.ts";
import type { Scene } from "./scene.ts";
import { exactTotal, lateTotal } from "./totals.ts";

/** What clients and operators ask while something fails. */
export type Asked = "kv" | "global" | "exact" | "shards" | "shard";

/** Asks everything that there is to ask, for as long as `during` takes. */
export async function observed(
	scene: Scene,
	load: Load,
	during: (observers: Record<Asked, Observer>) => Promise<void>,
): Promise<Record<Asked, Observer>> {
	const { server } = scene;
	const observers = {
		kv: new Observer(server, load, () => "/counters", lateTotal(load)),
		global: new Observer(
			server,
			load,
			() => "/counters?read=global",
			lateTotal(load),
		),
		exact: new Observer(
			server,
			load,
			() => "/counters?read=exact",
			exactTotal(load),
		),
		shards: new Observer(server, load, () => "/global/shards"),
		shard: new Observer(server, load, () => "/shard/0/counters"),
	};
	await during(observers);
	for (const [asked, observer] of Object.entries(observers)) {
		await observer.stop();
		scene.saw(`read of ${asked}`, observer);
	}
	return observers;
}
