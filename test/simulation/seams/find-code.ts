import { isLiteral, type Match, matchShape } from "./match.ts";
import { nameAt } from "./names.ts";
import type { Node } from "./node.ts";
import { parseFile, parsePiece } from "./parse.ts";
import { rewrite } from "./rewrite.ts";
import type { Edit, Splice } from "./seam.ts";
import { inside, type Place, walk } from "./walk.ts";

interface Found {
	place: Place;
	/** The last node that was matched. */
	last: Node;
	match: Match;
}

/** Code that is looked for, where, and code in its place. */
type CodeEdit = Extract<Edit, { find: string }>;

/** Finds code by its syntax tree. */
export function findCode(
	source: string,
	{ file, within, find, knowing, to }: CodeEdit,
): Splice[] {
	const all = walk(parseFile(source));
	const known = knowing === undefined ? [] : namesIn(all, knowing, file);
	return search(all, inside(all, within), find).map(
		({ place, last, match }) => {
			const names = new Map([...known, ...match.names]);
			const code = rewrite(to, { ...match, names }, source);
			return {
				start: place.node.start,
				end: last.end,
				to: inPlace(place, code),
			};
		},
	);
}

/** The names of code that must be in a file once. */
function namesIn(
	all: readonly Place[],
	code: string,
	file: string,
): Map<string, string> {
	const [found, ...others] = search(all, all, code);
	if (!found || others.length > 0)
		throw new Error(
			`${file}: ${found ? 1 + others.length : "no"} places look like ${code}`,
		);
	return found.match.names;
}

/**
 * Finds code as it is called or, if that is nowhere, what has its shape and may
 * have been renamed.
 */
function search(
	all: readonly Place[],
	places: readonly Place[],
	code: string,
): Found[] {
	const found = matches(places, parsePiece(code));
	const literal = found.filter(({ match }) => isLiteral(match));
	return literal.length > 0 ? literal : renamed(found, namesLeft(all, places));
}

function matches(places: readonly Place[], pattern: readonly Node[]): Found[] {
	return places.flatMap((place) => {
		const code = (place.list ?? [place.node]).slice(0, pattern.length);
		const last = code[pattern.length - 1];
		const match = last && matchShape(pattern, code);
		return match ? [{ place, last, match }] : [];
	});
}

/** Leaves out what calls a thing otherwise that is still called as it was. */
function renamed(
	found: readonly Found[],
	left: ReadonlySet<string | undefined>,
): Found[] {
	return found.filter(({ match }) =>
		[...match.names].every(([from, to]) => from === to || !left.has(from)),
	);
}

/** Names that were not renamed: private ones anywhere, others in the function. */
function namesLeft(
	all: readonly Place[],
	searched: readonly Place[],
): Set<string | undefined> {
	const isPrivate = (name: string | undefined) => name?.startsWith("private");
	return new Set([
		...searched.map(nameAt),
		...all.map(nameAt).filter(isPrivate),
	]);
}

/** Statements in place of a single one, such as that of an `if`, are a block. */
function inPlace({ node, key, list }: Place, code: string): string {
	const isBranch = /^(consequent|alternate|body)$/.test(key) && !list;
	return isBranch && node.type.endsWith("Statement") ? `{ ${code} }` : code;
}
