/**
 * Adds the lines of `wanted` that neither `text` nor a .gitignore above has to
 * the text of a .gitignore.
 *
 * @param above texts of folders above; what they anchor to their own folder
 * does not count
 */
export function addIgnoreLines(
	text: string,
	wanted: string,
	above: readonly string[],
): { text: string; added: string[] } {
	const known = new Set([
		...linesOf(text).map(plain),
		...above
			.flatMap(linesOf)
			.filter((line) => !line.startsWith("/"))
			.map(plain),
	]);
	const added = linesOf(wanted).filter((line) => !known.has(plain(line)));
	if (added.length === 0) return { text, added };
	const eol = text.includes("\r\n") ? "\r\n" : "\n";
	const start = text === "" || text.endsWith("\n") ? text : text + eol;
	return { text: start + added.map((line) => line + eol).join(""), added };
}

function linesOf(text: string): string[] {
	return text
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line !== "" && !line.startsWith("#"));
}

/** Makes the same of `/dist`, `dist/` and `dist*`: each ignores `dist`. */
function plain(line: string): string {
	return line.replace(/^(\*\*)?\//, "").replace(/[/*]+$/, "");
}
