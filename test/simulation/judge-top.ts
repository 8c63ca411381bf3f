import { isDeepStrictEqual } from "node:util";
import type { Cluster } from "./cluster.ts";

/** A list of pages, as KV takes it. */
type Manifest = readonly { key: string; top?: [string, number][] }[];

/**
 * Judges the highest counters that a list of pages brings: they are those of its
 * pages, which others judge, and of no other moment.
 *
 * @param counters so many, as the object that put it was configured
 * @param texts every text that was put under the key of a page
 */
export function checkTop(
	cluster: Cluster,
	counters: number,
	manifest: Manifest,
	texts: ReadonlyMap<string, string>,
): void {
	const { top } = manifest[0] ?? {};
	if (!top) return;
	const all = manifest.flatMap(({ key }): [string, number][] =>
		Object.entries(JSON.parse(texts.get(key) ?? "{}")),
	);
	const inOrder = all.toSorted(
		([a, one], [b, other]) =>
			other - one || Buffer.compare(Buffer.from(a), Buffer.from(b)),
	);
	const right = inOrder.slice(0, counters);
	if (!isDeepStrictEqual(top, right))
		cluster.report(
			`the highest ${counters} are published as ${JSON.stringify(top)}, and were ${JSON.stringify(right)}`,
		);
}
