/** Characters of a line that formatters do not break; they count a tab as two. */
const LINE_CHARACTERS = 80;

/**
 * Writes a value as JSON that formatters leave alone: what fits on a line is on
 * one, the rest has a line for each part.
 */
export function jsonText(value: unknown): string {
	return `${broken(value, "", 0)}\n`;
}

/**
 * @param indent tabs before the value's line
 * @param taken characters of that line beside the value
 */
function broken(value: unknown, indent: string, taken: number): string {
	const line = inline(value);
	const isShort = 2 * indent.length + taken + line.length <= LINE_CHARACTERS;
	if (isShort || typeof value !== "object" || value === null) return line;
	const within = `${indent}\t`;
	const isList = Array.isArray(value);
	const parts = Object.entries(value).map(([key, one]) => {
		const name = isList ? "" : `${JSON.stringify(key)}: `;
		return `${within}${name}${broken(one, within, name.length + 1)}`;
	});
	const [open, close] = isList ? "[]" : "{}";
	return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}

function inline(value: unknown): string {
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
	const parts = Object.entries(value).map(
		([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`,
	);
	return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}
