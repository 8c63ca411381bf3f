/** Colours by the names that shields.io has for them, as six hexadecimal digits. */
const COLORS: ReadonlyMap<string, string> = new Map([
	["brightgreen", "44cc11"],
	["green", "97ca00"],
	["yellowgreen", "a4a61d"],
	["yellow", "dfb317"],
	["orange", "fe7d37"],
	["red", "e05d44"],
	["blue", "007ec6"],
	["blueviolet", "8a2be2"],
	["grey", "555555"],
	["gray", "555555"],
	["lightgrey", "9f9f9f"],
	["lightgray", "9f9f9f"],
]);

export const COLOR_NAMES: readonly string[] = [...COLORS.keys()];

/** Brightness from which black is easier to read than white; 0 to 255. */
const BRIGHT = 130;

/**
 * Finds a colour by its name, or by 3 or 6 hexadecimal digits; undefined if it is
 * none.
 *
 * @returns six hexadecimal digits
 */
export function colorOf(text: string): string | undefined {
	const color = text.toLowerCase().replace(/^#/, "");
	if (/^[\da-f]{6}$/.test(color)) return color;
	if (/^[\da-f]{3}$/.test(color)) return color.replaceAll(/./g, "$&$&");
	return COLORS.get(color);
}

/**
 * Picks white or black for a text on a colour.
 * https://www.w3.org/TR/AERT/#color-contrast
 */
export function inkOn(color: string): string {
	const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) =>
		Number.parseInt(color.slice(at, at + 2), 16),
	);
	const brightness = (red * 299 + green * 587 + blue * 114) / 1000;
	return brightness < BRIGHT ? "#fff" : "#000";
}
