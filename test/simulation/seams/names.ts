import type { Node } from "./node.ts";
import type { Place } from "./walk.ts";

/** A variable, a property and a private name may be called the same. */
export type NameKind = "variable" | "property" | "private";

/** Tells what kind of name an identifier is, by where it hangs. */
export function kindOf(parent: Node | undefined, key: string): NameKind {
	if (parent?.type === "PrivateName") return "private";
	const isProperty = key === "property" || key === "key";
	return isProperty && !parent?.computed ? "property" : "variable";
}

/** A name with its kind, as one text. */
export function nameKey(kind: NameKind, name: string): string {
	return `${kind} ${name}`;
}

/** The name that an identifier is, with its kind; undefined for other nodes. */
export function nameAt({ node, parent, key }: Place): string | undefined {
	return node.type === "Identifier"
		? nameKey(kindOf(parent, key), String(node.name))
		: undefined;
}
