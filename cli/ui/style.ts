import type { Writable } from "node:stream";
import { styleText } from "node:util";

export type Tone = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
export type Style = (tone: Tone, text: string) => string;

/**
 * Chooses colours for `stream`: none where it is no terminal, where `NO_COLOR`
 * is set (https://no-color.org), or where `--no-color` was given.
 */
export function styleFor(
	stream: Writable & { isTTY?: boolean },
	env: Readonly<Record<string, string | undefined>>,
	wanted: boolean,
): Style {
	const on = wanted && stream.isTTY === true && !env.NO_COLOR;
	return (tone, text) =>
		on ? styleText(tone, text, { validateStream: false }) : text;
}
