/**
 * Arithmetic of waiting for random arrivals: requests come independently of each
 * other (Poisson), so the n-th of them comes after a time with a gamma distribution.
 */

/** Relative error at which a series ends. */
const PRECISION = 1e-12;
const MOST_TERMS = 10_000;

/** Past so many arrivals the distribution is as good as normal. */
const MANY = 50_000;

/**
 * Probability that the n-th arrival has come after a time in which `expected`
 * arrive on average: the regularized incomplete gamma function P(n, expected).
 *
 * By its series below n + 1, by its continued fraction above:
 * https://dlmf.nist.gov/8.11, https://dlmf.nist.gov/8.9
 *
 * @param n need not be whole; with 0 or less, it has always come
 */
export function hasCome(n: number, expected: number): number {
	if (n <= 0) return 1;
	if (expected <= 0) return 0;
	if (expected === Infinity) return 1;
	if (n > MANY) return normalBelow((expected - n) / Math.sqrt(n));
	const scale = Math.exp(n * Math.log(expected) - expected - lnGamma(n));
	return expected < n + 1
		? scale * series(n, expected)
		: 1 - scale * continuedFraction(n, expected);
}

/**
 * Mean of the time until the n-th arrival, or of `most` if that is less.
 *
 * E[G; G ≤ t] of a gamma distribution is n/rate · P(n + 1, rate · t).
 *
 * @param rate arrivals a second
 * @param most seconds; may be infinite
 */
export function meanUpTo(n: number, rate: number, most: number): number {
	if (n <= 0) return 0;
	if (most === Infinity) return n / rate;
	const x = rate * most;
	return (n / rate) * hasCome(n + 1, x) + most * (1 - hasCome(n, x));
}

/** Mean of the square of that time. */
export function meanSquareUpTo(n: number, rate: number, most: number): number {
	if (n <= 0) return 0;
	const square = (n * (n + 1)) / rate ** 2;
	if (most === Infinity) return square;
	const x = rate * most;
	return square * hasCome(n + 2, x) + most ** 2 * (1 - hasCome(n, x));
}

/** Mean of what is left of `time` when the n-th arrival comes; 0 if it comes later. */
export function meanLeft(n: number, rate: number, time: number): number {
	return time - meanUpTo(n, rate, time);
}

function series(n: number, x: number): number {
	let term = 1 / n;
	let sum = term;
	for (let k = 1; k < MOST_TERMS && term > sum * PRECISION; k++) {
		term *= x / (n + k);
		sum += term;
	}
	return sum;
}

/** By the modified Lentz algorithm. */
function continuedFraction(n: number, x: number): number {
	const tiny = 1e-300;
	let b = x + 1 - n;
	let c = 1 / tiny;
	let d = 1 / b;
	let product = d;
	for (let k = 1; k < MOST_TERMS; k++) {
		const a = -k * (k - n);
		b += 2;
		d = 1 / (a * d + b || tiny);
		c = b + a / c || tiny;
		product *= c * d;
		if (Math.abs(c * d - 1) < PRECISION) break;
	}
	return product;
}

/** Coefficients for g = 7: https://en.wikipedia.org/wiki/Lanczos_approximation */
const LANCZOS = [
	676.5203681218851, -1259.1392167224028, 771.32342877765313,
	-176.61502916214059, 12.507343278686905, -0.13857109526572012,
	9.9843695780195716e-6, 1.5056327351493116e-7,
];

function lnGamma(x: number): number {
	if (x < 0.5)
		return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
	let sum = 0.99999999999980993;
	for (const [n, one] of LANCZOS.entries()) sum += one / (x + n);
	const t = x + LANCZOS.length - 1.5;
	return (
		0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
	);
}

/** By Abramowitz and Stegun 26.2.17: https://personal.math.ubc.ca/~cbm/aands/ */
function normalBelow(z: number): number {
	const t = 1 / (1 + 0.2316419 * Math.abs(z));
	const polynomial =
		t *
		(0.31938153 +
			t *
				(-0.356563782 +
					t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
	const above = (Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
	return z > 0 ? 1 - above : above;
}
