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
