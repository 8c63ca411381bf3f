#!/usr/bin/env node
// Imports nothing that an old Node cannot load before the version is checked.
import module from "node:module";
import { oldNodeText } from "./old-node.ts";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 12)) {
	process.stderr.write(oldNodeText(process.versions.node, process.env));
	process.exitCode = 2;
} else {
	// Keeps compiled code in the system's folder for temporary files, and goes
	// without where it cannot; NODE_DISABLE_COMPILE_CACHE=1 switches it off.
	module.enableCompileCache();
	const { fail, run } = await import("./program.ts");
	const { standardOutput } = await import("./io.ts");
	const stdout = standardOutput();
	const stop = new AbortController();
	// A closed terminal or pipe must not keep children from being ended.
	process.stderr.on("error", () => stop.abort());
	stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code === "EPIPE" || error.code === "EIO") stop.abort();
		// A command that does not wait takes its output for written.
		else
			process.once("exit", () => {
				if (process.exitCode) return;
				process.stderr.write(`stdout cannot be written: ${error.message}\n`);
				process.exitCode = 2;
			});
	});
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const)
		process.on(signal, () => {
			// Ends at once on a second one: exit hooks end the children.
			if (stop.signal.aborted) process.exit(130);
			stop.abort(signal);
		});
	const argv = process.argv.slice(2);
	const io = {
		cwd: process.cwd(),
		env: process.env,
		// A getter, because a touch opens it, and most commands do not need it.
		get stdin() {
			return process.stdin;
		},
		stdout,
		stderr: process.stderr,
		signal: stop.signal,
	};
	// Nothing but a bug comes here; exit hooks end children all the same.
	process.on("uncaughtException", (error) =>
		process.exit(fail(error, argv, io)),
	);
	process.exitCode = await run(argv, io);
}
