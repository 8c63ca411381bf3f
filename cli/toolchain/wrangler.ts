import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { withPrivateFolder } from "../files/remove-after.ts";
import type { Io } from "../io.ts";
import { Child, type ChildOptions } from "./child.ts";
import type { Toolchain } from "./find.ts";

/** Keeps wrangler quiet, non-interactive and off the network. */
const QUIET_ENV = {
	WRANGLER_HIDE_BANNER: "true",
	WRANGLER_LOG_SANITIZE: "true",
	WRANGLER_SEND_METRICS: "false",
	WRANGLER_SEND_ERROR_REPORTS: "false",
	CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/**
 * Starts `wrangler` with `args`. Names its configuration to it: else another
 * one beside or above could take its place.
 *
 * @param config absolute path
 * @param cwd by default the folder of the configuration
 */
export function startWrangler(
	{ wrangler }: Toolchain,
	args: readonly string[],
	config: string,
	io: Pick<Io, "env">,
	output: Pick<ChildOptions, "onStdout" | "onStderr">,
	cwd: string = dirname(config),
): Child {
	// Before the user's own, which may add a second Worker by -c.
	return new Child(
		process.execPath,
		[wrangler, `--config=${config}`, ...args],
		{
			cwd,
			env: { ...io.env, ...QUIET_ENV },
			...output,
		},
	);
}

/** One run of wrangler, from its start to its end. */
export interface WranglerRun {
	/** Null if a signal ended it. */
	status: number | null;
	/** Without colours. */
	stdout: string;
	/** stdout and stderr, as they came. */
	output: string;
	/** Wrangler's own account of a failure. */
	failure?: WranglerFailure;
	/** Wrangler's own account of a deploy. */
	deployed?: WranglerDeploy;
}

export interface WranglerFailure {
	message: string;
	/** Set by Cloudflare's API. */
	code?: number;
}

export interface WranglerDeploy {
	worker_name: string | null;
	/** Null after a dry run. */
	version_id: string | null;
	targets?: string[];
}

export interface RunOptions {
	/** Called with all output as it comes. */
	onOutput?: (text: string) => void;
	/** Secrets for `--secrets-file`; they are in no argument and no output. */
	secrets?: Readonly<Record<string, string>> | undefined;
	/** Folder that it starts in. */
	cwd?: string;
}

/** Runs wrangler to its end, without prompts. Ctrl-C ends it. */
export function runWrangler(
	toolchain: Toolchain,
	args: readonly string[],
	config: string,
	io: Pick<Io, "env" | "signal">,
	{ onOutput, secrets, cwd }: RunOptions = {},
): Promise<WranglerRun> {
	return withPrivateFolder(async (folder) => {
		const outputFile = join(folder, "output.ndjson");
		const secretsFile = join(folder, "secrets.json");
		if (secrets)
			await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
		let stdout = "";
		let output = "";
		const listen = (text: string) => {
			output += text;
			onOutput?.(text);
		};
		const child = startWrangler(
			toolchain,
			[...args, ...(secrets ? ["--secrets-file", secretsFile] : [])],
			config,
			{
				env: {
					...io.env,
					WRANGLER_OUTPUT_FILE_PATH: outputFile,
					// Its output is read here: less than this would not do.
					WRANGLER_LOG: io.env.WRANGLER_LOG === "debug" ? "debug" : "log",
				},
			},
			{
				onStdout: (text) => {
					stdout += text;
					listen(text);
				},
				onStderr: listen,
			},
			cwd,
		);
		const stop = () => void child.stop();
		if (io.signal.aborted) stop();
		else io.signal.addEventListener("abort", stop, { once: true });
		const { status } = await child.exited;
		io.signal.removeEventListener("abort", stop);
		return {
			status,
			stdout: stripVTControlCharacters(stdout),
			output,
			...(await readOutput(outputFile)),
		};
	}, cwd);
}

/** Reads wrangler's report for machines: a line of JSON an event. */
async function readOutput(
	file: string,
): Promise<Pick<WranglerRun, "failure" | "deployed">> {
	const text = await readFile(file, "utf8").catch(() => "");
	const events: { type: string }[] = text
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => JSON.parse(line));
	const failure = events.find(({ type }) => type === "command-failed");
	const deployed = events.find(({ type }) => type === "deploy");
	return {
		...(failure && { failure: failure as unknown as WranglerFailure }),
		...(deployed && { deployed: deployed as unknown as WranglerDeploy }),
	};
}
