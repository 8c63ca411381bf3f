import { isNode, type Node } from "./node.ts";

/** The name of what has one and a body: functions that are values have none. */
export function scopeName({
	type,
	id,
	key,
	kind,
	init,
}: Node): string | undefined {
	switch (type) {
		case "FunctionDeclaration":
		case "ClassDeclaration":
			return text(id);
		case "ClassMethod":
		case "ClassPrivateMethod":
		case "ObjectMethod":
			return kind === "get" || kind === "set"
				? `${kind} ${text(key)}`
				: text(key);
		case "ClassProperty":
		case "ClassPrivateProperty":
			return text(key);
		case "VariableDeclarator":
			return isNode(init) && /Function/.test(init.type) ? text(id) : undefined;
		default:
			return undefined;
	}
}

function text(name: unknown): string | undefined {
	if (!isNode(name)) return undefined;
	if (name.type === "PrivateName") return `#${text(name.id)}`;
	return typeof name.name === "string" ? name.name : undefined;
}
