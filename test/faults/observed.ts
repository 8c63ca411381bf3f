import type { ReadLevel, ReadRequest } from "../../cli/load/history.ts";
import { checkHistory } from "../oracle/checker.ts";
import type { Load } from "./load.ts";
import { Observer } from "./observer.ts";
import type { Scene } from "./scene.ts";
import { readOf } from "./totals.ts";

/** Questions of clients and operators while something fails. */
export type Asked = "kv" | "global" | "exact" | "shards" | "shard";

/**
 * Asks everything that there is to ask, for as long as `during` takes. Every
 * total that is answered must fit what the load had counted by then.
 */
export async function observed(
	scene: Scene,
	load: Load,
	during: (observers: Record<Asked, Observer>) => Promise<void>,
): Promise<Record<Asked, Observer>> {
	const { server } = scene;
	const reads: ReadRequest[] = [];
	const reading = (level: ReadLevel) =>
		new Observer(server, () => `/counters?read=${level}`, {
			seen: ({ body }, times) => reads.push(readOf(load, level, body, times)),
		});
	const observers = {
		kv: reading("kv"),
		global: reading("global"),
		exact: reading("exact"),
		shards: new Observer(server, () => "/global/shards"),
		shard: new Observer(server, () => "/shard/0/counters"),
	};
	await during(observers);
	for (const [asked, observer] of Object.entries(observers)) {
		await observer.stop();
		scene.saw(`read of ${asked}`, observer);
	}
	const findings = checkHistory([...load.history, ...reads]);
	scene.findings.push(...findings.slice(0, 3));
	return observers;
}
