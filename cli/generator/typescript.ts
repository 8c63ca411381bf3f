/** Writes a value as TypeScript source. */
export function toTypeScript(value: unknown): string {
	if (value instanceof RegExp) return String(value);
	if (Array.isArray(value)) return `[${value.map(toTypeScript).join(", ")}]`;
	if (typeof value === "object" && value !== null)
		return `{ ${Object.entries(value)
			.map(([key, one]) => `${key}: ${toTypeScript(one)}`)
			.join(", ")} }`;
	return JSON.stringify(value)
		.replaceAll("\u2028", "\\u2028")
		.replaceAll("\u2029", "\\u2029");
}
