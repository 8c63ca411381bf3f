import { hashOf } from "./key-hash.ts";

/** A key that was counted, as a line of text has it. */
export interface CountedKey {
	key: string;
	fingerprint: string;
	/** Milliseconds since 1970. */
	expires: number;
}

/** Hexadecimal digits of a line's place, and of its mark. */
const PLACE_DIGITS = 8;
const MARK_DIGITS = 4;

/** Characters that are marks: none of them is special, nor half of another. */
const FIRST_MARK = 0x100;
const MARKS = 0xd000;

/**
 * Writes a key as a line: its hash, then JSON, which has no line break. The hash
 * tells where the line belongs without parsing it.
 */
export function lineOf({ key, fingerprint, expires }: CountedKey): string {
	return `${hexOf(key)}${JSON.stringify([key, fingerprint, expires])}`;
}

export function parseLine(line: string): CountedKey {
	const [key, fingerprint, expires] = JSON.parse(
		line.slice(PLACE_DIGITS + MARK_DIGITS),
	);
	return { key, fingerprint, expires };
}

/** Place of a line, or of the beginning of one; 32 bits. */
export function placeOf(line: string): number {
	return Number.parseInt(line.slice(0, PLACE_DIGITS), 16);
}

/** One character that tells most keys apart. */
export function markOf(line: string): string {
	const digits = line.slice(PLACE_DIGITS, PLACE_DIGITS + MARK_DIGITS);
	return String.fromCharCode(
		FIRST_MARK + (Number.parseInt(digits, 16) % MARKS),
	);
}

/** Beginning of every line of a key, and of no other's. */
export function beginningOf(key: string): string {
	return `${hexOf(key)}[${JSON.stringify(key)},`;
}

/** Joins lines to a text: a break stands before each. */
export function joinLines(lines: readonly string[]): string {
	return lines.map((line) => `\n${line}`).join("");
}

export function splitLines(text: string): string[] {
	return text.split("\n").slice(1);
}

/** Finds the lines in a text that begin so. */
export function linesWith(text: string, beginning: string): string[] {
	const found: string[] = [];
	for (let at = -1; ; ) {
		at = text.indexOf(`\n${beginning}`, at + 1);
		if (at < 0) return found;
		const end = text.indexOf("\n", at + 1);
		found.push(text.slice(at + 1, end < 0 ? undefined : end));
	}
}

function hexOf(key: string): string {
	const [place, mark] = hashOf(key);
	return hex(place, PLACE_DIGITS) + hex(mark % 16 ** MARK_DIGITS, MARK_DIGITS);
}

function hex(number: number, digits: number): string {
	return number.toString(16).padStart(digits, "0");
}
