import { closest } from "fastest-levenshtein";
import type { Config } from "../config/schema.ts";
import type { Diagnostic, Place } from "../errors.ts";
import type { Histories } from "../generator/lock.ts";

/** A Worker's configuration beside what the lock remembers of it. */
export interface Past {
	/** As the last run left them. */
	histories: Histories;
	/** Of the file's other Workers: one environment may be newer than another. */
	others: readonly Histories[];
	config: Config;
	/** Where the value at a path of the configuration is written. */
	placeOf: (path: readonly (string | number)[]) => Place;
}

/**
 * What a configuration says, or fails to say, about namespaces that were
 * generated before, and so may hold counts on Cloudflare.
 */
export function pastProblems(past: Past): Diagnostic[] {
	return [...renameProblems(past), ...removalProblems(past), ...dropped(past)];
}

function renameProblems(past: Past): Diagnostic[] {
	const { histories, config, placeOf } = past;
	return config.namespaces.flatMap(({ key, renamedFrom: from }) => {
		if (from === undefined) return [];
		const where = placeOf(["namespaces", key, "renamedFrom"]);
		const [former, own] = [histories[from], histories[key]];
		const isDone = own?.earlierKeys?.includes(from) ?? false;
		if (!former || former.removed)
			return isDone ? [] : unknown(past, from, where);
		// Of one class they are one: renamed by hand, or in one of two branches.
		const isOne =
			own?.class === former.class ||
			(isDone && own?.earlierClasses?.includes(former.class));
		if (!own || isOne) return [];
		return [
			{
				code: "rename-onto-known",
				what: `\`${key}\` has counts of its own, which those of \`${from}\` cannot join.`,
				why: "Each is a class of Durable Objects, and a class cannot become part of another.",
				fix: `Keep \`${from}\` as a namespace, or give it a new key.`,
				where,
			},
		];
	});
}

function removalProblems(past: Past): Diagnostic[] {
	const { histories, config, placeOf } = past;
	return config.removed.flatMap((key, at) =>
		histories[key] ? [] : unknown(past, key, placeOf(["removed", at])),
	);
}

function dropped({ histories, config, placeOf }: Past): Diagnostic[] {
	const { namespaces, removed } = config;
	const spoken = new Set([
		...removed,
		...namespaces.flatMap(({ key, renamedFrom }) => [key, renamedFrom]),
	]);
	const fresh = namespaces.filter(
		({ key, renamedFrom }) => !histories[key] && renamedFrom === undefined,
	);
	const gone = Object.entries(histories).filter(
		([key, one]) => !one.removed && !spoken.has(key),
	);
	const [heir, another] = gone.length === 1 ? fresh : [];
	return gone.map(([key, { class: className }]) => ({
		code: "namespace-dropped",
		what: `The namespace \`${key}\` is no longer configured.`,
		why: `Its counts, in the class ${className}, would be out of reach: nothing says whether they have a new key or may be deleted.`,
		fix: `Say which. To rename it, its counts coming along:\n\n    ${another ? "NEW_KEY" : (heir?.key ?? "NEW_KEY")}:\n      renamedFrom: ${key}\n\n  To delete it with its counts, at the top level of the file:\n\n    removed: [${[...removed, key].join(", ")}]\n\n  If it was never deployed, there is nothing to keep: restore the lock file and the output folder from version control, or delete both, and generate again.`,
		where: placeOf(["namespaces"]),
	}));
}

/** The present key of what was called `key` once. */
function heirOf(histories: Histories, key: string): string | undefined {
	return Object.entries(histories).find(([, { earlierKeys }]) =>
		earlierKeys?.includes(key),
	)?.[0];
}

/** A key that stands for nothing, here or in another Worker of the file. */
function unknown(past: Past, key: string, where: Place): Diagnostic[] {
	const { histories, others } = past;
	const code = "unknown-namespace";
	const heir = heirOf(histories, key);
	if (heir !== undefined)
		return [
			{
				code,
				what: `There is no namespace \`${key}\` any more: it is called \`${heir}\` now.`,
				fix: `Write \`${heir}\`, or remove it here.`,
				where,
			},
		];
	if (histories[key]?.removed)
		return [
			{
				code,
				what: `There is no namespace \`${key}\` any more: it was removed.`,
				fix: `Remove the line. If no deploy has deleted its counts yet, and you want them: put \`${key}\` back, generate, and rename it then.`,
				where,
			},
		];
	if (others.some((one) => one[key] || heirOf(one, key) !== undefined))
		return [];
	const known = Object.keys(histories);
	return [
		{
			code,
			what: `There never was a namespace \`${key}\` here.`,
			why: "The lock file remembers all that were generated.",
			fix:
				known.length > 0
					? `Did you mean \`${closest(key, known)}\`? If not, remove it here.`
					: "Remove it here; if the lock file was lost, restore it from version control.",
			where,
		},
	];
}
