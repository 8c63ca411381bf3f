import { closest } from "fastest-levenshtein";
import type { Config } from "../config/schema.ts";
import { classNames } from "../config/wrangler-names.ts";
import type { Diagnostic, Place } from "../errors.ts";
import { goneKeys, type Histories, mayBecome } from "./history.ts";

/** A Worker's configuration beside its past. */
export interface Past {
	/** Histories as the last run left them. */
	histories: Histories;
	/** Histories of the file's other Workers: one may be newer than another. */
	others: readonly Histories[];
	config: Config;
	/** Finds the place of the value at a path of the configuration. */
	placeOf: (path: readonly (string | number)[]) => Place;
}

/**
 * Finds what a configuration gets wrong, or leaves out, about namespaces that
 * were generated before, and so may hold counts on Cloudflare.
 */
export function pastProblems(past: Past): Diagnostic[] {
	return [...renameProblems(past), ...removalProblems(past)];
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
		// Two of one class are one: renamed by hand, or in one of two branches.
		const isOne =
			own?.class === former.class ||
			(isDone && own?.earlierClasses?.includes(former.class));
		if (isOne || mayBecome(histories, from, key)) return [];
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

/** Finds the present key of a namespace that was called `key` once. */
function renamedTo(histories: Histories, key: string): string | undefined {
	return Object.entries(histories).find(([, { earlierKeys }]) =>
		earlierKeys?.includes(key),
	)?.[0];
}

/** Reports a key that stands for nothing, here or in another Worker of the file. */
function unknown(past: Past, key: string, where: Place): Diagnostic[] {
	const { histories, others } = past;
	const code = "unknown-namespace";
	const successor = renamedTo(histories, key);
	if (successor !== undefined)
		return [
			{
				code,
				what: `There is no namespace \`${key}\` any more: it is called \`${successor}\` now.`,
				fix: `Write \`${successor}\`, or remove it here.`,
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
	if (others.some((one) => one[key] || renamedTo(one, key) !== undefined))
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

/**
 * Finds namespaces that are to change their jurisdiction: nothing can move there.
 *
 * @param histories this run included, with where the counts are
 */
export function jurisdictionProblems(
	histories: Histories,
	{ config, placeOf }: Pick<Past, "config" | "placeOf">,
): Diagnostic[] {
	return config.namespaces.flatMap(
		({ key, jurisdiction: to }): Diagnostic[] => {
			const from = histories[key]?.jurisdiction;
			if (from === to) return [];
			return [
				{
					code: "jurisdiction-changed",
					what: `The counts of \`${key}\` are ${from ? `in the jurisdiction ${from}` : "in no jurisdiction"}, and cannot move ${to ? `to ${to}` : "out of it"}.`,
					why: "Objects stay in the jurisdiction that they were made in. Others would take their place, start from nothing, and leave the counts out of reach.",
					fix: `Take it back, and add a namespace with${to ? ` \`jurisdiction: ${to}\`` : "out a jurisdiction"} under another key. Bring the counts there with \`export\` and \`import\`, and list \`${key}\` under \`removed\` then. If \`${key}\` was never deployed, delete its entry under \`namespaces\` in the lock file beside this one.`,
					where: placeOf(["namespaces", key, "jurisdiction"]),
				},
			];
		},
	);
}

const kinds = { class: "class", kvPrefix: "KV prefix" } as const;

/**
 * Finds classes and KV prefixes that belong to two namespaces, be it now or in
 * their pasts: the objects and the KV key behind them hold the counts of one.
 *
 * @param histories this run included
 */
export function ownerProblems(
	histories: Histories,
	{ config, placeOf }: Pick<Past, "config" | "placeOf">,
): Diagnostic[] {
	const present = new Set(config.namespaces.map(({ key }) => key));
	const dropped = goneKeys(histories, config.namespaces, config.removed);
	// The present owner comes last: its line is the one to change.
	const all = Object.entries(histories).toSorted(
		([a], [b]) => Number(present.has(a)) - Number(present.has(b)),
	);
	const owners = new Map<string, string>();
	const problems: Diagnostic[] = [];
	for (const [key, one] of all)
		for (const [kind, name] of [
			...(one.earlierClasses ?? []).map((name) => ["class", name] as const),
			["class", one.class] as const,
			...(one.earlierKvPrefixes ?? []).map(
				(name) => ["kvPrefix", name] as const,
			),
			["kvPrefix", one.kvPrefix] as const,
		]) {
			const id = `${kind} ${name}`;
			const owner = owners.get(id);
			// A deploy is refused if a dropped one has counts, and so a key in KV.
			const isFree = (key: string) =>
				kind === "kvPrefix" && dropped.includes(key);
			if (owner === undefined || isFree(owner)) owners.set(id, key);
			else if (isFree(key)) continue;
			else if (owner !== key)
				problems.push({
					code: kind === "class" ? "class-reused" : "kv-prefix-reused",
					what: `The ${kinds[kind]} ${name} of \`${key}\` was that of \`${owner}\` before.`,
					why:
						kind === "class"
							? `Its Durable Objects hold the counts of \`${owner}\`; \`${key}\` would go on from those.`
							: `The KV key ${name}~counters holds the totals of \`${owner}\`; readers of \`${key}\` would see them.`,
					fix: `Give \`${key}\` another \`${kind}\`. If the two are one namespace, which the lock of two branches may have made of it, keep the newer one under "namespaces" in the lock, with the lists of both.`,
					where: placeOf(["namespaces", key, kind]),
				});
		}
	return [...problems, ...declaredAgain(owners, config, placeOf)];
}

/** Reports classes under `wrangler` that were those of a namespace. */
function declaredAgain(
	owners: ReadonlyMap<string, string>,
	{ wrangler }: Past["config"],
	placeOf: Past["placeOf"],
): Diagnostic[] {
	return classNames(wrangler).flatMap(({ name, path }): Diagnostic[] => {
		const owner = owners.get(`class ${name}`);
		if (owner === undefined) return [];
		return [
			{
				code: "class-reused",
				what: `The class ${name} of \`wrangler.exports\` was that of \`${owner}\` before.`,
				why: `Its Durable Objects hold the counts of \`${owner}\`; counter-gen writes what becomes of them.`,
				fix: "Take it out there, or give your class another name.",
				where: placeOf(path),
			},
		];
	});
}
