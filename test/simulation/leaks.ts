import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { FailureCounts } from "../../templates/runtime/object/health.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import type { Cluster } from "./cluster.ts";
import type { SimulatedObject } from "./object.ts";

/** At rest nothing waits in a shard, and nothing takes up room that does not. */
export function checkQuiet(cluster: Cluster, object: SimulatedObject): void {
	const { incarnation, name } = object;
	if (!incarnation || !object.isShard) return;
	const { waiting } = (incarnation.role as ShardRole).load();
	for (const [what, amount] of Object.entries(waiting))
		if (amount !== 0)
			cluster.report(`${name} is at rest, and holds room: ${what} ${amount}`);
}

/** Attempts that failed since the last one that did not. */
export function failuresInRow(object: SimulatedObject): number {
	const { incarnation, name, isShard } = object;
	if (!incarnation || !(isShard || name === "global")) return 0;
	const { role } = incarnation;
	const failures: FailureCounts = isShard
		? (role as ShardRole).health().failures
		: (role as GlobalRole).health.own().kv.failures;
	return failures.inRow;
}

/** Once all has arrived, the last attempt of each object has not failed. */
export function checkRecovered(cluster: Cluster): void {
	// A restart has forgotten what the disk did not take.
	for (const object of cluster.objects.values())
		if (failuresInRow(object) > 0 && !object.disk.lacksFailures)
			cluster.report(`${object.name} has done all and still tells of failures`);
}
