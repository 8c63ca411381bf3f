/** Takes the lock of a path, as on the named system, and keeps it. */
import { ProcessLock } from "../../../cli/files/process-lock.ts";

const [, , path = "", platform] = process.argv;
Object.defineProperty(process, "platform", { value: platform });
const lock = await ProcessLock.take(path);
process.send?.(lock ? "taken" : "refused");
process.on("message", () => {});
