import type { Config } from "../config/schema.ts";
import { exitCode } from "../errors.ts";
import { sampleName } from "../generator/model.ts";
import { shown } from "../generator/target.ts";
import type { Child } from "../toolchain/child.ts";
import { devVarsFile } from "../toolchain/dev-vars.ts";
import type { Session } from "./command.ts";

/** Says that the server takes requests: where, how to call it, and the token. */
export function announce(
	{ io, report }: Session,
	{ config, port, out }: { config: Config; port: number; out: string },
): void {
	const url = `http://localhost:${port}`;
	const tokenFile = shown(io, devVarsFile(out));
	const namespaces = config.namespaces.map(({ key, mount }) => ({
		key,
		url: url + (mount === "/" ? "" : mount),
	}));
	const [first] = config.namespaces;
	const base = namespaces[0]?.url;
	const sample = first ? encodeURIComponent(sampleName(first)) : "";
	const { min = 1, max = 1 } = first?.increment ?? {};
	const by = min > 1 || max < 1 ? `?by=${min > 1 ? min : max}` : "";
	const counter = Array.isArray(first?.names) ? ` --counter ${sample}` : "";
	report.info(
		[
			"",
			...namespaces.map(({ key, url }) => `  ${key.padEnd(12)} ${url}`),
			"",
			"  try it:",
			`    curl -X POST ${base}/increment/${sample}${by}`,
			`    curl ${base}/counters`,
			`    ${io.program} load ${base}${counter}`,
			`  admin token: COUNTER_ADMIN_TOKEN in ${tokenFile}`,
			"  Ctrl-C stops it",
			"",
		].join("\n"),
	);
	report.event({ event: "ready", url, namespaces, tokenFile });
}

/**
 * Waits for a child to end by itself, with its status, or for Ctrl-C, which
 * ends it and is no failure.
 *
 * @param name of the program, for people
 */
export async function runToEnd(
	{ io, report }: Session,
	child: Child,
	name: string,
): Promise<number> {
	const stop = () => {
		report.info("stopping");
		void child.stop();
	};
	if (io.signal.aborted) stop();
	else io.signal.addEventListener("abort", stop, { once: true });
	const { status, signal } = await child.exited;
	io.signal.removeEventListener("abort", stop);
	if (io.signal.aborted) return exitCode.done;
	report.problems([
		{
			code: "server-ended",
			what: `${name} ended by itself, ${signal ? `by ${signal}` : `with status ${status}`}`,
			why: "What was acknowledged is on disk.",
			fix: "Read what it said above, and start again.",
		},
	]);
	// Even if the program itself thinks that all is well.
	return status || exitCode.findings;
}
