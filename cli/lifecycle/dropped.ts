import type { Config } from "../config/schema.ts";
import type { Diagnostic, Place } from "../errors.ts";
import { classesOf, goneKeys, type Histories, mayBecome } from "./history.ts";

/**
 * A namespace that was generated before and is no longer in the file, which
 * does not say what is to become of its counts.
 */
export interface Dropped {
	key: string;
	/** The classes that it ever had: its objects are in one of them, if any. */
	classes: readonly string[];
	where: Place;
	/** Lines to write, for a person. */
	lines: string;
}

/**
 * Lists the dropped namespaces of a Worker.
 *
 * @param histories this run included
 */
export function droppedOf(
	histories: Histories,
	{ namespaces, removed }: Config,
	where: Place,
): Dropped[] {
	const gone = goneKeys(histories, namespaces, removed);
	return gone.map((key) => {
		const successors = namespaces.filter(
			(one) =>
				one.renamedFrom === undefined && mayBecome(histories, key, one.key),
		);
		const [only, another] = gone.length === 1 ? successors : [];
		const newKey = another ? "NEW_KEY" : (only?.key ?? "NEW_KEY");
		return {
			key,
			classes: classesOf(histories[key]),
			where,
			lines: `To rename it, its counts coming along:\n\n    ${newKey}:\n      renamedFrom: ${key}\n\n  To delete it with its counts, at the top level of the file:\n\n    removed: [${[...removed, key].join(", ")}]`,
		};
	});
}

/** Warns of a dropped namespace, which may have been deployed. */
export function droppedWarning({
	key,
	classes: [name],
	where,
	lines,
}: Dropped): Diagnostic {
	return {
		code: "namespace-dropped",
		what: `The namespace \`${key}\` is no longer configured.`,
		why: `Nothing says whether its counts, in the class ${name}, have a new key or may be deleted. A deploy is refused if Cloudflare has any.`,
		fix: `Say which. ${lines}\n\n  If it was never deployed, there is nothing to keep: delete its entry under \`namespaces\` in the lock file beside this one.`,
		where,
	};
}

/**
 * Refuses to run without a dropped namespace.
 *
 * @param found a clause that tells what is known of its counts
 */
export function droppedRefusal(
	{ key, where, lines }: Dropped,
	found: string,
): Diagnostic {
	return {
		code: "namespace-dropped",
		what: `The namespace \`${key}\` is no longer configured, and ${found}.`,
		why: "Its counts would be out of reach: nothing says whether they have a new key or may be deleted.",
		fix: `Say which. ${lines}`,
		where,
	};
}
