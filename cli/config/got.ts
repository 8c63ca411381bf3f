import { isMap, isScalar, isSeq, type Node } from "yaml";
import { clip, type Source } from "./source.ts";

/** A node as the file says it; what a variable holds stays a secret. */
export function got(node: Node | undefined, source: Source): string {
	if (isMap(node)) return "a map";
	if (isSeq(node)) return "a list";
	const written = node ? clip(source.written(node)) : "";
	if (node && source.filled.has(node)) return `the value of \`${written}\``;
	// Of a text on lines of its own only `|` or `>` stands behind the key.
	const isBlock = isScalar(node) && node.type?.startsWith("BLOCK");
	return (isBlock ? clip(String(node.value)) : written) || "nothing";
}
