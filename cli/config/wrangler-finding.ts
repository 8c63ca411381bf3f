import type { Path } from "./source.ts";

/** A mistake that a schema finds, at a path below the value. */
export type Finding = { path: Path } & (
	| { kind: "unknown"; key: string; known: readonly string[] }
	| { kind: "missing"; keys: readonly string[] }
	| { kind: "type"; types: readonly string[] }
	| { kind: "choice"; choices: readonly unknown[] }
	| { kind: "other"; message: string }
);

/**
 * Chooses among what is wrong with a value by each of several alternatives: the
 * one that it is nearest to, or what those say together that are as near.
 *
 * @param path of the value
 */
export function nearest(
	alternatives: readonly (readonly Finding[])[],
	path: Path,
): Finding[] {
	const weights = alternatives.map((some) => weight(some, path));
	const least = Math.min(...weights);
	const all = alternatives.flat();
	const chosen = alternatives.filter((_, at) => weights[at] === least).flat();
	// A word that chooses between alternatives may be that of any.
	return merge(chosen).map((one) =>
		all.filter((other) => isSameChoice(one, other)).reduce(union, one),
	);
}

/** Tells how far a value is from an alternative: another kind is farthest. */
function weight(findings: readonly Finding[], path: Path): number {
	const costs = findings.map((one) => {
		if (one.kind === "type" && one.path.length === path.length) return 1_000;
		return one.kind === "choice" ? 10 : 1;
	});
	return costs.reduce((sum, one) => sum + one, 0);
}

/** Makes one finding of those that alternatives have in the same place. */
function merge(findings: readonly Finding[]): Finding[] {
	const merged = new Map<string, Finding>();
	for (const one of findings) {
		const id = `${one.kind} ${JSON.stringify([one.path, "key" in one && one.key])}`;
		const other = merged.get(id);
		merged.set(id, other ? union(other, one) : one);
	}
	const all = [...merged.values()];
	// A key that is not known explains the ones that are missing beside it.
	const unknown = new Set(
		all.flatMap((one) =>
			one.kind === "unknown" && !one.known.includes(one.key)
				? [JSON.stringify(one.path)]
				: [],
		),
	);
	return all.filter(
		(one) =>
			!(one.kind === "unknown" && one.known.includes(one.key)) &&
			!(one.kind === "missing" && unknown.has(JSON.stringify(one.path))),
	);
}

function isSameChoice(one: Finding, other: Finding): boolean {
	return (
		one.kind === "choice" &&
		other.kind === "choice" &&
		one.path.join("/") === other.path.join("/")
	);
}

function union(one: Finding, other: Finding): Finding {
	if (one.kind === "unknown" && other.kind === "unknown")
		return { ...one, known: distinct(one.known, other.known) };
	if (one.kind === "missing" && other.kind === "missing")
		return { ...one, keys: distinct(one.keys, other.keys) };
	if (one.kind === "type" && other.kind === "type")
		return { ...one, types: distinct(one.types, other.types) };
	if (one.kind === "choice" && other.kind === "choice")
		return { ...one, choices: distinct(one.choices, other.choices) };
	return one;
}

function distinct<T>(some: readonly T[], others: readonly T[]): T[] {
	return [...new Set([...some, ...others])];
}
