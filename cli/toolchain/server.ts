import type { Config } from "../config/schema.ts";
import {
	ADMIN_SECRET,
	requiredSecrets,
	type SecretName,
	TOKEN_SECRET,
} from "../config/secrets.ts";
import { exitCode } from "../errors.ts";
import { devVarsFile } from "../files/dev-vars.ts";
import { shown } from "../files/paths.ts";
import { accepts, sampleName } from "../generator/sample.ts";
import { counterGen } from "../ui/invocation.ts";
import type { Session } from "../ui/reporter.ts";
import { shellWord } from "../ui/text.ts";
import { isLoopback } from "./address.ts";
import type { Child } from "./child.ts";

interface Serving {
	config: Config;
	/** Address for calls from this machine. */
	url: string;
	/** Folder of `.dev.vars`. */
	secretsDir: string;
	/** Secrets without a value in `.dev.vars`. */
	missing: readonly SecretName[];
	/** Those of the user's own code. */
	missingOwn?: readonly string[];
	/** Address that it listens on. */
	host: string;
	/** Values in `.dev.vars`. */
	secrets: Readonly<Record<string, string | undefined>>;
}

/**
 * Announces that the server takes requests: its URLs, sample calls, and the
 * tokens.
 */
export function announce(
	{ io, report }: Session,
	{ config, url, secretsDir, missing, missingOwn = [], host, secrets }: Serving,
): void {
	const tokenFile = shown(io, devVarsFile(secretsDir));
	const { main } = config.worker;
	const namespaces = config.namespaces.map(({ key, mount }) => ({
		key,
		url: url + (mount === "/" ? "" : mount),
	}));
	const present = requiredSecrets(config).filter(
		(name) => !missing.includes(name),
	);
	const lack = (name: string, effect: string) =>
		`  ${name} is missing in ${tokenFile}, and ${effect}: add a line ${name}=…, and start again`;
	report.info(
		[
			"",
			...(main === undefined
				? []
				: [`  where ${main} leaves the routes at their mounts:`, ""]),
			...namespaces.map(({ key, url }) => `  ${key.padEnd(12)} ${url}`),
			...(config.worker.dashboard
				? ["", "  dashboard:", `    ${dashboardLink(url, host, secrets)}`]
				: []),
			"",
			"  try it:",
			...sampleCalls(config, url, tokenFile).map((call) => `    ${call}`),
			...present.map((name) => `  ${kinds[name]}: ${name} in ${tokenFile}`),
			...missing.map((name) => lack(name, "its routes stay closed")),
			...jurisdictionNotes(config),
			...missingOwn.map((name) => lack(name, `env.${name} is undefined`)),
			"  Ctrl-C stops it",
			"",
		].join("\n"),
	);
	report.event({ event: "ready", url, namespaces, tokenFile });
}

/** Tells that nothing here is in a jurisdiction: workerd knows none. */
function jurisdictionNotes({ namespaces }: Config): string[] {
	return namespaces.flatMap(({ key, jurisdiction }) =>
		jurisdiction === undefined
			? []
			: [
					`  jurisdiction ${jurisdiction} of ${key}: holds at Cloudflare; here its objects are on this machine`,
				],
	);
}

/**
 * Writes the address of the page that shows the counters. The fragment stays in
 * the browser; it has the admin token, if no other machine can call the server.
 */
function dashboardLink(
	url: string,
	host: string,
	secrets: Serving["secrets"],
): string {
	// While a secret is being rotated it holds two tokens; either opens.
	const token = secrets[ADMIN_SECRET]?.split(",")[0]?.trim();
	return token && isLoopback(host)
		? `${url}/-/#token=${encodeURIComponent(token)}`
		: `${url}/-/`;
}

const kinds: Readonly<Record<SecretName, string>> = {
	[ADMIN_SECRET]: "admin token",
	[TOKEN_SECRET]: "token",
};

/**
 * Writes calls of the first namespace to paste into a shell; a token stays in
 * its file.
 */
function sampleCalls(
	{ namespaces: [first] }: Config,
	url: string,
	tokenFile: string,
): string[] {
	if (!first) return [];
	const { access, increment, mount } = first;
	const base = url + (mount === "/" ? "" : mount);
	const sample = sampleName(first);
	const { min, max } = increment;
	const by = min > 1 ? min : max >= 1 ? 1 : max || min;
	const query = by === 1 ? "" : `?by=${by}`;
	const counting = `${base}/increment/${encodeURIComponent(sample)}${query}`;
	const counter = ` --counter ${shellWord(sample)}`;
	const header = (who: "public" | "token") =>
		who === "token" ? `-H "Authorization: Bearer $${TOKEN_SECRET}" ` : "";
	const asked = access.increment === "token" || access.read === "token";
	return [
		...(asked ? [`. ${shellWord(tokenFile)}`] : []),
		`curl -X POST ${header(access.increment)}${shellWord(counting)}`,
		`curl ${header(access.read)}${base}/counters`,
		counterGen(
			`load ${base}${accepts(first, "load-test") ? "" : counter}${by === 1 ? "" : ` --by ${by}`}`,
		),
	];
}

/**
 * Waits for a child to end by itself, with its status, or for Ctrl-C, which
 * ends it and is no failure.
 *
 * @param name of the program, for people
 */
export async function runToEnd(
	{ io, report }: Session,
	child: Pick<Child, "exited" | "stop">,
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
