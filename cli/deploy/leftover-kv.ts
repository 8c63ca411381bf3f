import { CounterGenError, exitCode } from "../errors.ts";
import type { RunOptions, WranglerRun } from "../toolchain/wrangler.ts";
import type { Change } from "./changed-config.ts";
import { readJson, triedKv } from "./wrangler-report.ts";

/** Cloudflare's code for a title that a KV namespace has already. */
const TITLE_TAKEN_CODE = 10_014;

/** Runs wrangler for one project, by default with the generated configuration. */
export type Wrangler = (
	args: readonly string[],
	options?: RunOptions & { config?: string },
) => Promise<WranglerRun>;

/** Tells if a first deploy met the KV namespace that it wanted to create. */
export function isKvLeftOver({ failure }: WranglerRun): boolean {
	return failure?.code === TITLE_TAKEN_CODE;
}

/**
 * Deploys with the KV namespace that a deploy which failed half way left
 * behind: wrangler remembers it nowhere, and could never deploy again. Only an
 * empty one is taken, so nobody's values are touched.
 *
 * @throws CounterGenError `kv-exists`
 */
export async function deployWithLeftover(
	failed: WranglerRun,
	wrangler: Wrangler,
	env: string | undefined,
	deploy: (change: Change) => Promise<WranglerRun | undefined>,
): Promise<WranglerRun> {
	const [title = ""] = triedKv(failed.stdout);
	const id = await findKv(title, wrangler);
	const run =
		id !== undefined && (await isEmpty(id, wrangler))
			? await deploy(connect(id))
			: undefined;
	if (!run) throw kvExists(title, id, env, failed);
	return run;
}

/** Gives the KV binding an id, if it has none. */
function connect(id: string): Change {
	return (text) =>
		text.replaceAll(
			/(kv_namespaces\]\]\nbinding = .*\n)(?!id = )/g,
			`$1id = "${id}"\n`,
		);
}

async function findKv(
	title: string,
	wrangler: Wrangler,
): Promise<string | undefined> {
	const run = await wrangler(["kv", "namespace", "list"]);
	const all = readJson<{ id: string; title: string }[]>(run);
	return all?.find((one) => one.title === title)?.id;
}

async function isEmpty(id: string, wrangler: Wrangler): Promise<boolean> {
	const run = await wrangler([
		"kv",
		"key",
		"list",
		`--namespace-id=${id}`,
		"--remote",
	]);
	return readJson<unknown[]>(run)?.length === 0;
}

function kvExists(
	title: string,
	id: string | undefined,
	env: string | undefined,
	{ status }: WranglerRun,
): CounterGenError {
	return new CounterGenError(
		{
			code: "kv-exists",
			what: `There is a KV namespace ${title} already, and it may hold what is somebody else's`,
			why: "Nothing was changed on Cloudflare. The deploy would create one of that name; an empty one it would take.",
			fix: `To use it, write its id${id ? ` (${id})` : ""} into counters.yaml, as ${env ? `environments.${env}.kv.id` : "kv.id"}. For a new one, choose another kv.binding or worker.name.`,
		},
		status || exitCode.findings,
	);
}
