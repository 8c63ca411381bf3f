import { isNode, type Node, structureOf } from "./node.ts";
import { scopeName } from "./scope-name.ts";

/** A node, and where it hangs in its tree. */
export interface Place {
	node: Node;
	parent?: Node;
	/** The property of the parent that holds it. */
	key: string;
	/** The node and those after it in its list; undefined outside a list. */
	list?: readonly Node[];
	/** The functions and classes around it, from outside in: `Outbox.#settle`. */
	within: string;
}

/** Lists a node and every node in it, outer ones first. */
export function walk(node: Node): Place[] {
	const places: Place[] = [];
	add({ node, key: "", within: "" }, places);
	return places;
}

function add({ within: outer, ...place }: Place, places: Place[]): void {
	const { node: parent } = place;
	const within = [outer, scopeName(parent)].filter(Boolean).join(".");
	places.push({ ...place, within });
	for (const key of structureOf(parent)) {
		const child = parent[key];
		if (isNode(child)) add({ node: child, parent, key, within }, places);
		if (!Array.isArray(child)) continue;
		for (const [n, node] of child.entries())
			if (isNode(node))
				add({ node, parent, key, within, list: child.slice(n) }, places);
	}
}

/**
 * Leaves the places in a function or class. Where there is none of that name, it
 * may have been renamed: then those in what is around it.
 */
export function inside(places: readonly Place[], within: string): Place[] {
	const found = places.filter(
		(place) => within === "" || `${place.within}.`.startsWith(`${within}.`),
	);
	return found.length > 0
		? found
		: inside(places, within.split(".").slice(0, -1).join("."));
}
