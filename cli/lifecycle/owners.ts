import type { Diagnostic } from "../errors.ts";
import type { Histories } from "../generator/lock.ts";
import type { Past } from "./rules.ts";

const what = { class: "class", kvPrefix: "KV prefix" } as const;

/**
 * Classes and KV prefixes that belong to two namespaces, be it now or in their
 * pasts: the objects and the KV key behind them hold the counts of one.
 *
 * @param histories what every namespace has been, this run included
 */
export function ownerProblems(
	histories: Histories,
	{ config, placeOf }: Pick<Past, "config" | "placeOf">,
): Diagnostic[] {
	const present = new Set(config.namespaces.map(({ key }) => key));
	// Who has a name now is told of last: its line is the one to change.
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
			const claim = `${kind} ${name}`;
			const owner = owners.get(claim);
			if (name === undefined) continue;
			if (owner === undefined) owners.set(claim, key);
			else if (owner !== key)
				problems.push({
					code: kind === "class" ? "class-reused" : "kv-prefix-reused",
					what: `The ${what[kind]} ${name} of \`${key}\` was that of \`${owner}\` before.`,
					why:
						kind === "class"
							? `Its Durable Objects hold the counts of \`${owner}\`; \`${key}\` would go on from those.`
							: `The KV key ${name}~counters holds the totals of \`${owner}\`; readers of \`${key}\` would see them.`,
					fix: `Give \`${key}\` another \`${kind}\`. If the two are one namespace, which the lock of two branches may have made of it, keep the newer one under "namespaces" in the lock, with the lists of both.`,
					where: placeOf(["namespaces", key, kind]),
				});
		}
	return problems;
}
