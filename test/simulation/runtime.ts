import { pathToFileURL } from "node:url";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { homeOf } from "../../templates/runtime/idempotency/ledger.ts";
import type { kvWriter } from "../../templates/runtime/kv/kv.ts";
import type { KvMemory } from "../../templates/runtime/kv/memory.ts";
import type { KvReader } from "../../templates/runtime/kv/reader.ts";
import type { following } from "../../templates/runtime/names.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";

/** The code under test. */
export interface Runtime {
	GlobalRole: typeof GlobalRole;
	ShardRole: typeof ShardRole;
	homeOf: typeof homeOf;
	kvWriter: typeof kvWriter;
	KvMemory: typeof KvMemory;
	KvReader: typeof KvReader;
	following: typeof following;
}

const FILES = [
	"global/role.ts",
	"kv/kv.ts",
	"kv/memory.ts",
	"kv/reader.ts",
	"names.ts",
	"idempotency/ledger.ts",
	"shard/role.ts",
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
