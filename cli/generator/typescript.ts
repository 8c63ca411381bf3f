/** Writes a value as TypeScript source. */
export function toTypeScript(value: unknown): string {
	if (value instanceof RegExp)
		return String(new RegExp(withoutUselessEscapes(value.source), value.flags));
	if (Array.isArray(value)) return `[${value.map(toTypeScript).join(", ")}]`;
	if (typeof value === "object" && value !== null)
		return `{ ${Object.entries(value)
			.map(([key, one]) => `${key}: ${toTypeScript(one)}`)
			.join(", ")} }`;
	return JSON.stringify(value)
		.replaceAll("\u2028", "\\u2028")
		.replaceAll("\u2029", "\\u2029");
}

/** Characters of a line that formatters do not break. */
const LINE_CHARACTERS = 80;

/**
 * Writes names between braces as formatters do: on one line if there is room,
 * else each on its own.
 *
 * @param before start of the line, up to the brace
 * @param after the rest of it
 */
export function braced(
	before: string,
	names: readonly string[],
	after: string,
): string {
	const line = `${before}{ ${names.join(", ")} }${after}`;
	if (line.length <= LINE_CHARACTERS) return line;
	return `${before}{\n${names.map((name) => `\t${name},\n`).join("")}}${after}`;
}

/** Characters that mean themselves in a class of a regular expression, escaped or not. */
const PLAIN_IN_CLASS = "()[{}.*+?$|/";

/**
 * Leaves out the escapes in character classes that change nothing: linters object
 * to them, even if the expression is another library's.
 */
function withoutUselessEscapes(source: string): string {
	let inClass = false;
	return source.replaceAll(/\\?./gsu, (part, at: number) => {
		if (part === "[") inClass = true;
		if (part === "]") inClass = false;
		const [, escaped] = part;
		if (!inClass || escaped === undefined) return part;
		// A dash at the end of its class, and every other mark, needs none.
		const isLastDash = escaped === "-" && source[at + 2] === "]";
		return isLastDash || PLAIN_IN_CLASS.includes(escaped) ? escaped : part;
	});
}
