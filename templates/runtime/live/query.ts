import { namesInQuery } from "../names-in-query.ts";
import { invalid } from "../problem.ts";
import type { Names } from "./contract.ts";

/** Viewers that one object holds. */
export const MAX_VIEWERS = 10_000;

/** Names that the viewers of one object watch, and counters that one may follow without names. */
export const MAX_NAMES = 10_000;

/** Names that a viewer may list … */
const MAX_LISTED_NAMES = 100;

/** … and the characters that they may have, so that they fit into an attachment. */
const MAX_LISTED_CHARACTERS = 7_000;

/** A viewer's request. */
export interface Request {
	/** Without repetitions, in their order; true: all counters. */
	names: Names;
	/** The last that it has seen, if it was here before. */
	seen: { since: number; birth: number } | undefined;
}

/**
 * Reads a viewer's request from its URL.
 *
 * @throws CounterProblem (400) if it is not valid
 */
export function requestOf(
	url: string,
	mayBe: (name: string) => boolean,
): Request {
	const [, text = ""] = url.split("?");
	const query = new URLSearchParams(text);
	const since = turnIn(query, "since");
	const birth = turnIn(query, "birth");
	if ((since === undefined) !== (birth === undefined))
		throw invalid(
			"invalid-since",
			"`since` and `birth` go together: send the `version` and the `birth` of the last message",
		);
	const names = namesInQuery(url, mayBe)?.sort() ?? true;
	if (names !== true) checkNames(names);
	const seen =
		since === undefined || birth === undefined ? undefined : { since, birth };
	return { names, seen };
}

/** @throws CounterProblem (400) unless one viewer may watch so many names. */
function checkNames(names: readonly string[]): void {
	if (names.length === 0)
		throw invalid(
			"invalid-counter-name",
			"`counters` names none: name some, or leave it out and send the admin token to watch all",
		);
	const characters = names.reduce((sum, { length }) => sum + length, 0);
	if (names.length > MAX_LISTED_NAMES || characters > MAX_LISTED_CHARACTERS)
		throw invalid(
			"too-many-names",
			`A viewer may name ${MAX_LISTED_NAMES} counters, and their names may have ${MAX_LISTED_CHARACTERS} characters together`,
		);
}

/** Writes a request as the URL by which a live object is asked … */
export function urlOf(request: Request): string {
	return `http://live/?${encodeURIComponent(JSON.stringify(request))}`;
}

/** … and reads it there. */
export function requestIn(url: string): Request {
	return JSON.parse(decodeURIComponent(new URL(url).search.slice(1)));
}

function turnIn(query: URLSearchParams, name: string): number | undefined {
	const text = query.get(name);
	if (text === null) return undefined;
	if (/^\d{1,16}$/.test(text)) return Number(text);
	throw invalid(
		"invalid-since",
		`\`${name}\` must be a whole number: that of the last message`,
	);
}
