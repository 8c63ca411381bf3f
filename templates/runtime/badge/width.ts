/** Widths of the characters from space to ~ in Verdana, half pixels at 11 px, in base 36. */
const WIDTHS =
	"89bjeog6aaej9a9aeeeeeeeeeeaajjjcmggghedihabgdjhieiggehgmgegaaajeeeecee8ee78e7meeeeac9eejeeceaej";

/** Widths of other characters, the first that matches; pixels at 11 px. */
const OTHERS: readonly (readonly [RegExp, number])[] = [
	// Accents, joiners and variants belong to the character before.
	[/\p{Mn}|\p{Me}|\p{Cf}/u, 0],
	// Two of them are a flag.
	[/\p{Regional_Indicator}/u, 8],
	[/\p{Extended_Pictographic}/u, 16],
	// https://www.unicode.org/reports/tr11/
	[
		/[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u,
		11.5,
	],
	// Scripts of India and Southeast Asia, whose letters are wide or join to wide ones.
	[/[\u0900-\u109f\u1780-\u17ff]/u, 10],
	[/\p{Lu}/u, 10],
];

/** Width of every other character: more than most have. */
const LETTER_PX = 8;

/**
 * Bounds the width of a text in Verdana of 11 px, in pixels. What a viewer has in
 * its place is hardly ever wider.
 */
export function widthOf(text: string): number {
	let width = 0;
	for (const character of text) width += widthOfOne(character);
	return width;
}

function widthOfOne(character: string): number {
	const known = WIDTHS[(character.codePointAt(0) ?? 0) - 0x20];
	if (known !== undefined) return Number.parseInt(known, 36) / 2;
	const [, width = LETTER_PX] =
		OTHERS.find(([pattern]) => pattern.test(character)) ?? [];
	return width;
}
