import { pathToFileURL } from "node:url";
import type { GlobalRole } from "../../templates/runtime/global.ts";
import type { homeOf } from "../../templates/runtime/idempotency.ts";
import type { readTotals, writeTotals } from "../../templates/runtime/kv.ts";
import type { ShardRole } from "../../templates/runtime/shard.ts";

/** The code under test. */
export interface Runtime {
	GlobalRole: typeof GlobalRole;
	ShardRole: typeof ShardRole;
	homeOf: typeof homeOf;
	readTotals: typeof readTotals;
	writeTotals: typeof writeTotals;
}

/** Loads the runtime from its folder, or from a copy. */
export async function loadRuntime(
	folder = new URL("../../templates/runtime", import.meta.url).pathname,
): Promise<Runtime> {
	const load = (file: string) =>
		import(/* @vite-ignore */ pathToFileURL(`${folder}/${file}`).href);
	const [{ GlobalRole }, { ShardRole }, { homeOf }, kv] = await Promise.all([
		load("global.ts"),
		load("shard.ts"),
		load("idempotency.ts"),
		load("kv.ts"),
	]);
	const { readTotals, writeTotals } = kv;
	return { GlobalRole, ShardRole, homeOf, readTotals, writeTotals };
}
