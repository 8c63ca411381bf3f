import { isHole, type Match } from "./match.ts";
import { nameAt } from "./names.ts";
import { parsePiece } from "./parse.ts";
import { walk } from "./walk.ts";

/** An identifier in place of another; two of them in `{ a }`. */
interface Renamed {
	length: number;
	names: Set<string>;
}

/**
 * Writes code with the names that a match found, and fills its holes.
 *
 * @param source the text that was matched
 */
export function rewrite(code: string, match: Match, source: string): string {
	const renamed = new Map<number, Renamed>();
	for (const node of parsePiece(code))
		for (const place of walk(node)) {
			const name = nameAt(place);
			if (name === undefined) continue;
			const [, from = ""] = name.split(" ");
			const { start } = place.node;
			const one = renamed.get(start) ?? {
				length: from.length,
				names: new Set(),
			};
			renamed.set(start, one);
			one.names.add(filled(from, match, source) ?? nameIn(match, name));
		}
	let text = code;
	for (const [start, { length, names }] of [...renamed].sort(
		([a], [b]) => b - a,
	))
		text = `${text.slice(0, start)}${[...names].join(": ")}${text.slice(start + length)}`;
	return text;
}

function nameIn({ names }: Match, name: string): string {
	const [, to = ""] = (names.get(name) ?? name).split(" ");
	return to;
}

function filled(
	name: string,
	{ holes }: Match,
	source: string,
): string | undefined {
	if (!isHole(name)) return undefined;
	const hole = holes.get(name);
	if (!hole) throw new Error(`nothing stands for ${name}`);
	return source.slice(hole.start, hole.end);
}
