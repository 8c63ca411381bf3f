/** A rendered project: path in the output folder ("/" separated) → LF text. */
export type Rendered = ReadonlyMap<string, string>;

/** The text as it was written, before git's `autocrlf` got hold of it. */
export function toLf(text: string): string {
	return text.replaceAll("\r\n", "\n");
}

/** Whether `path` names a file inside the output folder on every platform. */
export function isOutputPath(path: string): boolean {
	// ":" would be a drive letter or a stream on Windows, "\" a separator.
	const foreign = ["\\", ":", "\0"].some((char) => path.includes(char));
	const steps = path.split("/");
	return !foreign && !steps.some((step) => ["", ".", ".."].includes(step));
}

/** Orders names the same way on every machine, whatever its locale. */
export function byName(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
