import { Random } from "../simulation/random.ts";

/**
 * Draws indices from 0 up to, but not including, `size`: the n-th in proportion to
 * 1 / n^exponent, as pages of a site are viewed. The same seed draws the same.
 */
export function zipf(
	size: number,
	exponent: number,
	seed: number,
): () => number {
	let sum = 0;
	const upTo = Array.from({ length: size }, (_, n) => {
		sum += (n + 1) ** -exponent;
		return sum;
	});
	const random = new Random(seed);
	return () => {
		const drawn = random.next() * sum;
		let [low, high] = [0, size - 1];
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((upTo[middle] ?? sum) > drawn) high = middle;
			else low = middle + 1;
		}
		return low;
	};
}
