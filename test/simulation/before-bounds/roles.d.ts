export { GlobalRole } from "../../../templates/runtime/global/role.ts";
export { ShardRole } from "../../../templates/runtime/shard/role.ts";
