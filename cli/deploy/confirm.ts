import { CounterGenError, type Diagnostic } from "../errors.ts";

/**
 * Refuses a deploy that deletes counts without a confirmation of each namespace.
 *
 * @param deletions namespaces that the deploy would delete with their data
 * @param confirmed namespaces that `--confirm` named
 * @param command answers the command line that confirms the given namespaces
 * @throws CounterGenError `deletion-not-confirmed`, `nothing-to-confirm`
 */
export function requireConfirmed(
	deletions: readonly string[],
	confirmed: readonly string[],
	command: (confirm: readonly string[]) => string,
): void {
	const needless = confirmed.filter((key) => !deletions.includes(key));
	const missing = deletions.filter((key) => !confirmed.includes(key));
	const problems: Diagnostic[] = [
		...needless.map(
			(key): Diagnostic => ({
				code: "nothing-to-confirm",
				what: `--confirm ${key}: this deploy deletes no namespace ${key}`,
				why: "A confirmation that is always there confirms nothing.",
				fix: command(deletions.filter((one) => confirmed.includes(one))),
			}),
		),
		...missing.map(
			(key): Diagnostic => ({
				code: "deletion-not-confirmed",
				what: `This deploy deletes the namespace ${key}, and all its counts for good`,
				why: `${key} is under \`removed\`. Cloudflare keeps no copy. (If an earlier deploy did it, take ${key} out of \`removed\`.)`,
				fix: command(deletions),
			}),
		),
	];
	if (problems.length > 0) throw new CounterGenError(problems);
}
