/**
 * Preloaded into a process: kills it, as a power cut would, at the n-th moment
 * of its work on files; n is in CRASH_AT. A moment is just before every call
 * that changes files, and amid the writing of each. CRASH_LOG names a file that
 * gets a line for every moment.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { writeFile, rename, unlink, mkdir, rmdir, rm } = fs.promises;
const { CRASH_AT, CRASH_LOG } = process.env;
let moment = 0;

function pass(what: string, path: unknown, dying = () => {}): void {
	moment++;
	if (CRASH_LOG) fs.appendFileSync(CRASH_LOG, `${what} ${path}\n`);
	if (moment !== Number(CRASH_AT)) return;
	dying();
	process.kill(process.pid, "SIGKILL");
}

const { promises } = fs;
promises.writeFile = async (path, data, options) => {
	pass("before write", path);
	const half = String(data).slice(0, String(data).length / 2);
	pass("amid write", path, () => fs.writeFileSync(String(path), half));
	return writeFile(path, data, options);
};
promises.rename = async (from, to) => {
	pass("rename", to);
	return rename(from, to);
};
promises.unlink = async (path) => {
	pass("unlink", path);
	return unlink(path);
};
promises.mkdir = (async (path, options) => {
	pass("mkdir", path);
	return mkdir(path, options);
}) as typeof mkdir;
promises.rmdir = async (path) => {
	pass("rmdir", path);
	return rmdir(path);
};
promises.rm = async (path, options) => {
	pass("rm", path);
	return rm(path, options);
};
syncBuiltinESMExports();
