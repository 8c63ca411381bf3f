import type { Config } from "../config/schema.ts";
import type { Diagnostic, Place } from "../errors.ts";
import { dictionary, type Histories, keptBy, LIMIT } from "./history.ts";

/** Something besides totals that a namespace no longer keeps: a deploy deletes it. */
export interface LostPast {
	key: string;
	/** Minutes, hours or days of its history; or limits alone. */
	units: readonly string[];
	where: Place;
}

/**
 * Lists what namespaces kept besides totals, as far as the lock knows, and keep no
 * longer.
 *
 * @param histories this run included
 */
export function lostPasts(
	histories: Histories,
	{ namespaces }: Config,
	placeOf: (path: readonly string[]) => Place,
): LostPast[] {
	return namespaces.flatMap((namespace) => {
		const { key } = namespace;
		const kept = keptBy(namespace);
		const lost = (histories[key]?.kept ?? []).filter(
			(unit) => !kept.includes(unit),
		);
		const where = placeOf(["namespaces", key]);
		return [
			lost.filter((unit) => unit !== LIMIT),
			lost.filter((unit) => unit === LIMIT),
		].flatMap((units) => (units.length > 0 ? [{ key, units, where }] : []));
	});
}

/** Forgets what some namespaces no longer keep: its deletion was confirmed. */
export function withoutPasts(
	histories: Histories,
	lost: readonly LostPast[],
): Histories {
	return dictionary(
		Object.entries(histories).map(([key, { kept = [], ...one }]) => {
			const gone = lost.flatMap((other) =>
				other.key === key ? other.units : [],
			);
			const left = kept.filter((unit) => !gone.includes(unit));
			return [key, { ...one, ...(left.length > 0 && { kept: left }) }];
		}),
	);
}

/** Warns of what the next deploy deletes. */
export function lostPastWarning({ key, units, where }: LostPast): Diagnostic {
	if (units.includes(LIMIT))
		return {
			code: "limits-dropped",
			what: `The namespace \`${key}\` has no \`total\` any more.`,
			why: "After the next deploy nothing bounds its counters, and the limits that /limits set are deleted for good. The totals stay.",
			fix: `Put \`total\` back, or deploy with --confirm ${key}.`,
			where,
		};
	return {
		code: "history-dropped",
		what: `The namespace \`${key}\` no longer keeps its ${words(units)}.`,
		why: "The next deploy deletes them for good, if any were deployed. The totals stay.",
		fix: `Put ${words(units)} back under its \`history\`, or deploy with --confirm ${key}.`,
		where,
	};
}

/**
 * Refuses to delete what nobody has confirmed to be deleted.
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
		why: units.includes(LIMIT)
			? "They went with its `total`, which is gone: nothing bounds its counters then. The totals stay."
			: `Its \`history\` kept them, and does so no longer. The totals stay.`,
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
