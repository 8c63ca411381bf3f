import { CounterGenError, type Diagnostic } from "../errors.ts";

/** A removed namespace whose deletion nobody has confirmed. */
export interface Unconfirmed {
	key: string;
	/** The classes that it ever had: its objects are in one of them, if any. */
	classes: readonly string[];
}

/** Answers the command line that confirms the given namespaces. */
export type ConfirmCommand = (confirm: readonly string[]) => string;

/**
 * Refuses confirmations of what a deploy does not delete.
 *
 * @param deletions namespaces that the deploy would delete with their data
 * @param confirmed namespaces that `--confirm` named
 * @throws CounterGenError `nothing-to-confirm`
 */
export function refuseNeedless(
	deletions: readonly string[],
	confirmed: readonly string[],
	command: ConfirmCommand,
): void {
	const problems = confirmed
		.filter((key) => !deletions.includes(key))
		.map(
			(key): Diagnostic => ({
				code: "nothing-to-confirm",
				what: `--confirm ${key}: this deploy deletes no namespace ${key}`,
				why: "A confirmation that is always there confirms nothing.",
				fix: command(deletions.filter((one) => confirmed.includes(one))),
			}),
		);
	if (problems.length > 0) throw new CounterGenError(problems);
}

/**
 * Explains why removed namespaces must be confirmed: those of which Cloudflare
 * has a class.
 *
 * @param classes on Cloudflare; undefined if it could not be asked
 * @param command confirms these, and all that were confirmed
 */
export function notConfirmed(
	unconfirmed: readonly Unconfirmed[],
	classes: ReadonlySet<string> | undefined,
	command: ConfirmCommand,
): Diagnostic[] {
	const found = unconfirmed.flatMap(({ key, classes: own }) => {
		const [name] = classes ? own.filter((one) => classes.has(one)) : own;
		return name === undefined ? [] : [{ key, name }];
	});
	const fix = command(found.map(({ key }) => key));
	return found.map(({ key, name }) => ({
		code: "deletion-not-confirmed",
		what: `This deploy deletes the namespace ${key}, and all its counts for good`,
		why: `${key} is under \`removed\`, and Cloudflare ${classes ? "has" : "could not be asked whether it has"} its class ${name}. It keeps no copy.`,
		fix,
	}));
}
