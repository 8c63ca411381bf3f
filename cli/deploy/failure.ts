import { stripVTControlCharacters } from "node:util";
import type { SecretName } from "../config/secrets.ts";
import type { Diagnostic } from "../errors.ts";
import type { Histories } from "../lifecycle/history.ts";
import { type Entry, missingExport } from "../toolchain/missing-export.ts";
import type { WranglerRun } from "../toolchain/wrangler.ts";
import { wranglerCall } from "../ui/invocation.ts";
import { accessFailure } from "./access-failure.ts";
import { classFailure } from "./class-failure.ts";
import { secretMissing } from "./secret.ts";
import { readChanges } from "./wrangler-report.ts";

/** Circumstances of a failed deploy. */
export interface Circumstances {
	dryRun: boolean;
	/** The namespaces that this Worker ever had. */
	history: Histories;
	/** The secrets that the Worker must have. */
	required: readonly SecretName[];
	/** The command that `secret-missing` advises. */
	secretCommand: (missing: readonly SecretName[]) => string;
	/** The Worker's own files. */
	entry: Entry;
	/** The generated configuration as the user would type it. */
	config: string;
	env: string | undefined;
}

/**
 * Explains a failed `wrangler deploy`, and the state that it left behind.
 * Wrangler's own words have been shown.
 */
export function deployFailure(
	run: WranglerRun,
	circumstances: Circumstances,
): Diagnostic {
	const { dryRun, history, required, secretCommand, config, env } =
		circumstances;
	const { status } = run;
	const message = stripVTControlCharacters(run.failure?.message ?? "");
	if (/required secrets have not been set/.test(message)) {
		const missing = required.filter((name) =>
			new RegExp(`\\b${name}\\b`).test(message),
		);
		return secretMissing({
			missing,
			command: secretCommand(missing),
			config,
			env,
			isNew: message.includes("does not exist yet"),
			why: leftBehind(run, "The Worker was not changed."),
		});
	}
	const unexported = missingExport(run.output, circumstances.entry);
	if (unexported) return unexported;
	const refused = classFailure(message, history);
	if (refused)
		return { ...refused, why: leftBehind(run, "The Worker was not changed.") };

	const general: Diagnostic = {
		code: "wrangler-failed",
		what: status
			? `wrangler deploy ended with status ${status}`
			: "wrangler deploy was ended before it was done",
		fix: "Read what it said above, and deploy again: that is safe to repeat.",
	};
	if (dryRun) return { ...general, why: "Nothing was uploaded." };
	const unknown = effectUnknown(config, env);
	const access = run.failure && accessFailure(run.failure);
	if (access) {
		// A refused call changed nothing; a lost answer leaves that open.
		const refusal = run.failure?.code !== undefined;
		return {
			...access,
			why: leftBehind(run, refusal ? "The Worker was not changed." : unknown),
		};
	}
	const call = /request to the Cloudflare API \((.+?)\) failed/.exec(message);
	return {
		...general,
		what: call
			? `Cloudflare's API answered with an error in the middle of the deploy (${call[1]})`
			: general.what,
		why: leftBehind(run, unknown),
	};
}

/** For a lost answer, and for an error of Cloudflare's own. */
export function effectUnknown(config: string, env: string | undefined): string {
	return `Whether the upload took effect is not known; ${wranglerCall("deployments list", config, env)} tells.`;
}

/** Describes the state of Cloudflare, as far as wrangler's report goes. */
function leftBehind({ stdout }: WranglerRun, otherwise: string): string {
	// Wrangler prints that as soon as Cloudflare has taken the upload.
	if (/^Uploaded /m.test(stdout))
		return "The new version is live; a step after the upload failed.";
	const { kv } = readChanges(stdout);
	return kv.length > 0
		? `${otherwise} The KV namespace ${kv.join(", ")} was created; the next deploy takes it.`
		: otherwise;
}
