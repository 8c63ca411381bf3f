import type { Config } from "../config/schema.ts";
import type { Diagnostic, Place } from "../errors.ts";
import { dictionary, type Histories } from "./history.ts";

/** The past that a namespace no longer keeps: a deploy deletes it. */
export interface LostPast {
	key: string;
	/** Minutes, hours or days. */
	units: readonly string[];
	where: Place;
}

/**
 * Lists what namespaces kept of their past, as far as the lock knows, and keep no
 * longer.
 *
 * @param histories this run included
 */
export function lostPasts(
	histories: Histories,
	{ namespaces }: Config,
	placeOf: (path: readonly string[]) => Place,
): LostPast[] {
	return namespaces.flatMap(({ key, history = {} }) => {
		const units = (histories[key]?.kept ?? []).filter(
			(unit) => !Object.hasOwn(history, unit),
		);
		return units.length > 0
			? [{ key, units, where: placeOf(["namespaces", key]) }]
			: [];
	});
}

/** Forgets what some namespaces no longer keep: its deletion was confirmed. */
export function withoutPasts(
	histories: Histories,
	lost: readonly LostPast[],
): Histories {
	return dictionary(
		Object.entries(histories).map(([key, { kept = [], ...one }]) => {
			const gone = lost.find((other) => other.key === key)?.units ?? [];
			const left = kept.filter((unit) => !gone.includes(unit));
			return [key, { ...one, ...(left.length > 0 && { kept: left }) }];
		}),
	);
}

/** Warns of a past that the next deploy deletes. */
export function lostPastWarning({ key, units, where }: LostPast): Diagnostic {
	return {
		code: "history-dropped",
		what: `The namespace \`${key}\` no longer keeps its ${words(units)}.`,
		why: "The next deploy deletes them for good, if any were deployed. The totals stay.",
		fix: `Put ${words(units)} back under its \`history\`, or deploy with --confirm ${key}.`,
		where,
	};
}

/**
 * Refuses to delete a past that nobody has confirmed to be deleted.
 *
 * @param fix the command line that confirms it
 */
export function lostPastRefusal(
	{ key, units, where }: LostPast,
	fix: string,
): Diagnostic {
	return {
		code: "deletion-not-confirmed",
		what: `This deploy deletes the ${words(units)} of the namespace ${key} for good`,
		why: `Its \`history\` kept them, and does so no longer. The totals stay.`,
		fix,
		where,
	};
}

function words(units: readonly string[]): string {
	const [last = "", ...others] = units.map((unit) => `${unit}s`).toReversed();
	return others.length > 0
		? `${others.toReversed().join(", ")} and ${last}`
		: last;
}
