import type { Diagnostic } from "../errors.ts";
import type { Histories } from "./lock.ts";
import type { Past } from "./past.ts";

/**
 * Classes and KV prefixes that one namespace has and another had before: the
 * objects and the KV key behind them hold the other's counts.
 *
 * @param histories what every namespace has been, this run included
 */
export function ownerProblems(
	histories: Histories,
	{ config, placeOf }: Pick<Past, "config" | "placeOf">,
): Diagnostic[] {
	const classes = new Map<string, string>();
	const prefixes = new Map<string, string>();
	for (const [key, one] of Object.entries(histories)) {
		const former = one.removed ? [one.class] : [];
		for (const name of [...former, ...(one.earlierClasses ?? [])])
			classes.set(name, key);
		const last = one.removed && one.kvPrefix ? [one.kvPrefix] : [];
		for (const name of [...last, ...(one.earlierKvPrefixes ?? [])])
			prefixes.set(name, key);
	}
	return config.namespaces.flatMap(
		({ key, class: className, kvPrefix }): Diagnostic[] => {
			const [classOwner, prefixOwner] = [
				classes.get(className),
				prefixes.get(kvPrefix),
			];
			const problems: Diagnostic[] = [];
			if (classOwner !== undefined && classOwner !== key)
				problems.push({
					code: "class-reused",
					what: `The class ${className} of \`${key}\` was that of \`${classOwner}\` before.`,
					why: `Its Durable Objects hold the counts of \`${classOwner}\`; \`${key}\` would go on from those.`,
					fix: `Give \`${key}\` another \`class\`.`,
					where: placeOf(["namespaces", key, "class"]),
				});
			if (prefixOwner !== undefined && prefixOwner !== key)
				problems.push({
					code: "kv-prefix-reused",
					what: `The kvPrefix ${kvPrefix} of \`${key}\` was that of \`${prefixOwner}\` before.`,
					why: `The KV key ${kvPrefix}~counters holds the totals of \`${prefixOwner}\`; readers of \`${key}\` would see them.`,
					fix: `Give \`${key}\` another \`kvPrefix\`.`,
					where: placeOf(["namespaces", key, "kvPrefix"]),
				});
			return problems;
		},
	);
}
