import type { Deployment } from "./deploy.ts";

/** The result of `deploy --json`; docs/cli.md has it as `Deployed`. */
export interface DeployReport extends Deployment {
	ok: true;
	/** Set if nothing was uploaded. */
	dryRun: boolean;
	/** Null for the top level. */
	env: string | null;
	/** Files of the output folder that this run wrote or removed. */
	written: string[];
	removed: string[];
}

/**
 * Words the result for people.
 *
 * @param settled keys of removed namespaces that Cloudflare has nothing of
 * @param replaced tells that objects may be alive with earlier code
 */
export function deployText(
	{
		dryRun,
		worker,
		versionId,
		urls,
		written,
		removed,
		classes,
		tombstones,
		kv,
	}: DeployReport,
	settled: readonly string[],
	replaced: boolean,
): string {
	const lines: [label: string, values: readonly string[]][] = [
		["classes created", classes.created],
		[
			"classes renamed",
			classes.renamed.map(({ from, to }) => `${from} to ${to}`),
		],
		["classes deleted", classes.deleted],
		["KV namespace created", kv],
		[
			"former class names, which stay and do no harm",
			tombstones.filter((name) => !classes.deleted.includes(name)),
		],
		["not on Cloudflare, and may leave `removed` in counters.yaml", settled],
	];
	return [
		dryRun
			? `${worker} can be bundled (dry run: nothing was uploaded, and Cloudflare was not asked)`
			: `deployed ${worker}, version ${versionId}`,
		...urls.map((url) => `  ${url}`),
		`  files: ${written.length} written, ${removed.length} removed`,
		...lines
			.filter(([, values]) => values.length > 0)
			.map(([label, values]) => `  ${label}: ${values.join(", ")}`),
		// Asked for by wrangler: a deferred update, within 300 seconds.
		...(replaced
			? ["  objects may go on with the earlier code for up to five minutes"]
			: []),
	].join("\n");
}
