import { closest, distance } from "fastest-levenshtein";

/** Finds the known word that `key` most likely stands for, if one is near enough. */
export function nearest(
	key: string,
	known: readonly string[],
): string | undefined {
	const plain = fold(key);
	const match = closest(plain, known.map(fold));
	const near = distance(plain, match) <= Math.ceil(plain.length / 3);
	return near ? known.find((one) => fold(one) === match) : undefined;
}

/** Makes `SHARD_COUNT` and `shard-count` as near to `shardCount` as they are. */
function fold(key: string): string {
	return key.toLowerCase().replaceAll(/[-_]/g, "");
}
