import type { SecretName } from "../config/secrets.ts";
import type { Diagnostic } from "../errors.ts";
import type { WranglerRun } from "../toolchain/wrangler.ts";
import { accessFailure } from "./access-failure.ts";

/** State of Cloudflare before a deploy. */
export type Before =
	| { access: "refused"; problem: Diagnostic }
	/** "unknown": wrangler printed something else; the deploy will show. */
	| {
			access: "ok";
			worker: "new" | "there" | "unknown";
			/** Secrets that it surely lacks. */
			missing: SecretName[];
	  };

/**
 * Reads a run of `wrangler secret list`, which asks Cloudflare for what a
 * deploy needs to know and changes nothing.
 */
export function readCheck(
	{ status, stdout, failure }: WranglerRun,
	required: readonly SecretName[],
): Before {
	// A wrangler that is killed ends with status 0 too, but prints no list.
	if (status === 0 && stdout.includes("[")) {
		const missing = required.filter((name) => !stdout.includes(`"${name}"`));
		return { access: "ok", worker: "there", missing };
	}
	const problem = failure && accessFailure(failure);
	if (problem)
		return {
			access: "refused",
			problem: { ...problem, why: "Nothing was changed on Cloudflare." },
		};
	const isNew = /^Worker ".*"(?: \(env: .*\))? not found/.test(
		failure?.message ?? "",
	);
	return isNew
		? { access: "ok", worker: "new", missing: [...required] }
		: { access: "ok", worker: "unknown", missing: [] };
}
