/** Characters of a line that formatters do not break; they count a tab as two. */
const LINE_CHARACTERS = 80;

/**
 * Writes a value as JSON that formatters leave alone: what fits on a line is on
 * one, the rest has a line for each part.
 */
export function jsonText(value: unknown): string {
	return `${written(value, "", 0)}\n`;
}

/**
 * @param indent tabs before the value's line
 * @param taken characters of that line beside the value
 */
function written(value: unknown, indent: string, taken: number): string {
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const line = onOneLine(value, LINE_CHARACTERS - 2 * indent.length - taken);
	if (line !== undefined) return line;
	const within = `${indent}\t`;
	const isList = Array.isArray(value);
	const parts = Object.entries(value).map(([key, one]) => {
		const name = isList ? "" : `${JSON.stringify(key)}: `;
		return `${within}${name}${written(one, within, name.length + 1)}`;
	});
	const [open, close] = isList ? "[]" : "{}";
	return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}

/** Writes a value on one line; undefined as soon as it has more than `room` characters. */
function onOneLine(value: unknown, room: number): string | undefined {
	if (typeof value !== "object" || value === null) {
		const text = JSON.stringify(value);
		return text.length <= room ? text : undefined;
	}
	const isList = Array.isArray(value);
	let line = "";
	for (const [key, one] of Object.entries(value)) {
		if (line !== "") line += ", ";
		if (!isList) line += `${JSON.stringify(key)}: `;
		const part = onOneLine(one, room - line.length);
		if (part === undefined) return undefined;
		line += part;
	}
	if (isList) line = `[${line}]`;
	else line = line === "" ? "{}" : `{ ${line} }`;
	return line.length <= room ? line : undefined;
}
