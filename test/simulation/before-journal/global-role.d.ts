export { GlobalRole } from "../../../templates/runtime/global/role.ts";
