import type { NamespaceClient } from "../client/client.ts";
import { CounterGenError, interrupted } from "../errors.ts";
import { add } from "./add.ts";
import type { Counters, Wanted } from "./counters.ts";
import { type ImportedPast, pastOf } from "./imported-past.ts";
import { type Known, readKnown } from "./known.ts";
import { replace } from "./replace.ts";
import { Sender } from "./send.ts";
import { type Comparison, compare } from "./verify.ts";

/** Add the values to the totals, or make the totals the values. */
export type Mode = "add" | "replace";

/** Result of an import, and how the totals compare with it. */
export interface Imported extends Comparison {
	/** Acknowledged ones. */
	requests: number;
	/** Counters that had been counted by an earlier request of this import. */
	repeated: number;
	/** Outcome for the past that the file has, if it has one. */
	past?: ImportedPast;
}

/**
 * Brings counters to a namespace and compares its exact totals before and
 * after. Admin.
 *
 * @throws CounterGenError with how far it got, and how to go on
 */
export async function importCounters(
	client: NamespaceClient,
	{ wanted, hash, hasPast }: Counters,
	mode: Mode,
	onProgress: (text: string) => void,
): Promise<Imported> {
	const sender = new Sender(client, [mode, hash]);
	let before: Known | undefined;
	const read = async (some: readonly Wanted[]) => {
		onProgress(`reading the exact totals${sender.hasSent ? " again" : ""}`);
		const known = await readKnown(client, some, hasPast);
		before ??= known;
		return known;
	};
	const last = wanted.at(-1)?.line ?? 0;
	let line = 0;
	const onLine = (counted: number) => {
		line = counted;
		onProgress(`importing: line ${line} of ${last}`);
	};
	try {
		const expected =
			mode === "add"
				? await add(wanted, await read(wanted), sender, onLine)
				: await replace(wanted, read, sender, onLine);
		const after = await read(wanted);
		const comparison = compare(expected, after.totals, mode === "add");
		const { requests, repeated } = sender;
		return {
			...comparison,
			requests,
			repeated,
			...(hasPast && {
				past: pastOf(
					wanted,
					mode === "add" ? before : undefined,
					after,
					repeated > 0,
				),
			}),
		};
	} catch (error) {
		const state =
			line === 0
				? "no line was counted for certain"
				: `lines 1 to ${line} were counted`;
		if (client.signal.aborted)
			throw interrupted(
				sender.hasSent ? `${state}; ${onWith(mode)}` : "nothing was sent",
			);
		const [problem] = error instanceof CounterGenError ? error.diagnostics : [];
		// A problem before the first request explains itself.
		if (!sender.hasSent || !problem) throw error;
		throw new CounterGenError({
			...problem,
			why: `${state}, later ones perhaps`,
			fix: `${problem.fix ?? "mend that"}; then ${onWith(mode)}${mode === "add" ? ". If the file itself must be mended, first take out of it the lines that were counted: another file counts anew" : ""}`,
		});
	}
}

function onWith(mode: Mode): string {
	return mode === "add"
		? "run the same command on the same file again within the namespace's idempotencyWindow: nothing counts twice"
		: "run the same command again";
}
