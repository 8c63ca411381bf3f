import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions, UsageError } from "./options.ts";
import { sectionsOf } from "./report.ts";
import { runBench } from "./run.ts";
import { updateDocs } from "./update.ts";

/**
 * Measures the generated Worker beside what the platform allows and beside
 * other designs, and verifies every count. docs/performance.md explains it.
 */
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
	process.on(name, () => interrupted.abort());
// Every workerd is ended with this process.
process.setMaxListeners(100);
const dir = await mkdtemp(join(tmpdir(), "counter-gen-bench-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));

try {
	const options = parseOptions();
	const results = await runBench(options, dir, interrupted.signal, (text) => {
		interrupted.signal.throwIfAborted();
		console.error(text);
	});
	const json = `${JSON.stringify(results, null, "\t")}\n`;
	if (options.json) await writeFile(options.json, json);
	console.log(Object.values(sectionsOf(results)).join("\n\n"));
	if (options.update) await updateDocs(results);
} catch (error) {
	if (interrupted.signal.aborted) process.exitCode = 130;
	else if (error instanceof UsageError) {
		console.error(`${error.message}\nSee npm run bench -- --help`);
		process.exitCode = 2;
	} else throw error;
}
