import { Random } from "../simulation/random.ts";

/**
 * Draws so many of a list, each as likely as any other, and keeps their order.
 * The same seed draws the same of the same list.
 */
export function sample<T>(
	list: readonly T[],
	count: number,
	seed: number,
): T[] {
	const random = new Random(seed);
	const indices = list.map((_, index) => index);
	const drawn = Math.min(count, list.length);
	for (let n = 0; n < drawn; n++) {
		const other = random.int(n, indices.length - 1);
		[indices[n], indices[other]] = [
			indices[other] as number,
			indices[n] as number,
		];
	}
	return indices
		.slice(0, drawn)
		.sort((a, b) => a - b)
		.map((index) => list[index] as T);
}
