// Control characters, and those that turn the direction of text around: the
// content of a file must neither move the cursor nor read as something else.
const unprintable = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

/** Replaces the characters that a terminal would obey. */
export function printable(text: string): string {
	return text.replaceAll(unprintable, "\ufffd");
}

/** Quotes a word for a POSIX shell, where it needs that. */
export function shellWord(word: string): string {
	return /^[\w./:@=+-]+$/.test(word)
		? word
		: `'${word.replaceAll("'", "'\\''")}'`;
}
