import { CounterGenError, exitCode } from "../errors.ts";
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

/**
 * Bundles the generated Worker into `bundleDir/index.js` as a deploy would.
 *
 * @throws CounterGenError `bundle-failed`, with what wrangler said
 */
export async function bundle(
	toolchain: Toolchain,
	outDir: string,
	bundleDir: string,
	io: Pick<Io, "env" | "signal">,
): Promise<void> {
	let said = "";
	const listen = (text: string) => {
		said += text;
	};
	const child = startWrangler(
		toolchain,
		["deploy", "--dry-run", "--env=", "--outdir", bundleDir],
		outDir,
		io,
		{ onStdout: listen, onStderr: listen },
	);
	const stop = () => void child.stop();
	io.signal.addEventListener("abort", stop, { once: true });
	const { status } = await child.exited;
	io.signal.removeEventListener("abort", stop);
	if (status === 0 || io.signal.aborted) return;
	throw new CounterGenError(
		{
			code: "bundle-failed",
			what: "wrangler could not bundle the generated project",
			why: said.trim(),
		},
		status ?? exitCode.findings,
	);
}
