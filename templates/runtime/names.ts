import type { Entry, NameChoice } from "./protocol.ts";

/**
 * Compares names in their order: by code points, which is that of SQLite and of UTF-8
 * bytes. (JavaScript's own `<` puts astral characters before U+E000.)
 */
export function compareNames(a: string, b: string): number {
	const shorter = Math.min(a.length, b.length);
	for (let n = 0; n < shorter; n++) {
		const [x, y] = [a.charCodeAt(n), b.charCodeAt(n)];
		if (x !== y) return rank(x) - rank(y);
	}
	return a.length - b.length;
}

/** Ranks halves of surrogate pairs, which are code points past all single units, last. */
function rank(unit: number): number {
	return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

/** Returns the first name that can come after this one. */
export function following(name: string): string {
	return `${name}\0`;
}

/** Picks the entries of some names. */
export function within(
	deltas: ReadonlyMap<string, number>,
	{ from, to, names }: NameChoice = { from: "" },
): Entry[] {
	if (names)
		return names.flatMap((name) => {
			const delta = deltas.get(name);
			return delta === undefined ? [] : [[name, delta] as const];
		});
	return [...deltas].filter(
		([name]) =>
			compareNames(name, from) >= 0 &&
			(to === undefined || compareNames(name, to) <= 0),
	);
}
