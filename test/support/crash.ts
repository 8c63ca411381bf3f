/**
 * Preloaded into a process: kills it, as a power cut would, instead of the
 * n-th renaming of a file; n is in CRASH_AT.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const rename = fs.promises.rename;
let left = Number(process.env.CRASH_AT);

fs.promises.rename = async (...paths) => {
	left--;
	if (left === 0) process.kill(process.pid, "SIGKILL");
	return rename(...paths);
};
syncBuiltinESMExports();
