import type { WranglerRun } from "../toolchain/wrangler.ts";

/** Changes on Cloudflare besides the code. */
export interface Changes {
	/** Durable Object classes, by the names of their exports. */
	classes: {
		created: string[];
		renamed: { from: string; to: string }[];
		deleted: string[];
	};
	/** Entries of `exports` that have done their work. */
	tombstones: string[];
	/** Titles of KV namespaces that were created. */
	kv: string[];
}

const heading = "Durable Object exports reconciliation:";

/** Reads wrangler's report for people: no other output has this. */
export function readChanges(stdout: string): Changes {
	const [, section = ""] = stdout.split(heading);
	const list = (label: string) =>
		new RegExp(`^ {2}${label}: (.+)$`, "m").exec(section)?.[1]?.split(", ") ??
		[];
	return {
		classes: {
			created: list("Created"),
			renamed: list("Renamed").map((one) => {
				const [from = "", to = ""] = one.split(" → ");
				return { from, to };
			}),
			deleted: list("Deleted"),
		},
		tombstones: list("Safe to remove from `exports`"),
		kv: createdKv(stdout),
	};
}

/**
 * Lists the creations that were answered: one that was refused ends the run.
 */
function createdKv(stdout: string): string[] {
	return stdout.includes(" provisioned 🎉") ? triedKv(stdout) : [];
}

/** Lists the titles of the KV namespaces that wrangler set out to create. */
export function triedKv(stdout: string): string[] {
	return [...stdout.matchAll(/Creating new KV Namespace "(.+)"/g)].map(
		([, title = ""]) => title,
	);
}

/** Reads what wrangler printed as JSON; undefined if it did not. */
export function readJson<Value>({
	status,
	stdout,
}: Pick<WranglerRun, "status" | "stdout">): Value | undefined {
	if (status !== 0) return undefined;
	try {
		return JSON.parse(stdout);
	} catch {
		return undefined;
	}
}
