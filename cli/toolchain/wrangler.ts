import type { Io } from "../io.ts";
import { Child, type ChildOptions } from "./child.ts";
import type { Toolchain } from "./find.ts";

/** Keeps wrangler quiet, non-interactive and off the network. */
const QUIET = {
	WRANGLER_HIDE_BANNER: "true",
	WRANGLER_LOG_SANITIZE: "true",
	WRANGLER_SEND_METRICS: "false",
	WRANGLER_SEND_ERROR_REPORTS: "false",
	CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** Starts `wrangler` with `args` in the output folder. */
export function startWrangler(
	{ wrangler }: Toolchain,
	args: readonly string[],
	outDir: string,
	io: Pick<Io, "env">,
	output: Pick<ChildOptions, "onStdout" | "onStderr">,
): Child {
	return new Child(process.execPath, [wrangler, ...args], {
		cwd: outDir,
		env: { ...io.env, ...QUIET },
		...output,
	});
}
