import { parseFile } from "../simulation/seams/parse.ts";
import { walk } from "../simulation/seams/walk.ts";

/**
 * Finds the functions around an offset of a source.
 *
 * @returns from an offset to names from outside in, such as `Outbox.#settle`;
 *   the empty text at the top of the file
 */
export function enclosingIn(source: string): (offset: number) => string {
	const places = walk(parseFile(source));
	return (offset) =>
		places.findLast(({ node }) => node.start <= offset && offset < node.end)
			?.within ?? "";
}
