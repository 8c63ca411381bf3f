/**
 * Preloaded into a process: holds it before it renames its third file, until
 * there is a file at the path in HOLD, or for two minutes.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as wait } from "node:timers/promises";

const { rename } = fs.promises;
let renamed = 0;

fs.promises.rename = async (from, to) => {
	renamed++;
	const held = () => !fs.existsSync(String(process.env.HOLD));
	for (let tries = 0; renamed === 3 && tries < 6_000 && held(); tries++)
		await wait(20);
	return rename(from, to);
};
syncBuiltinESMExports();
