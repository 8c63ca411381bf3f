import type { Entry } from "./model.ts";
import { allows, type Namespace } from "./namespaces.ts";
import type { Place, Route } from "./route.ts";
import { headerOf, type Shot } from "./shot.ts";

/** Request of an increment, as far as the documentation decides it. */
export interface Ask {
	/** Undefined if it is not to be told. */
	entries?: readonly Entry[];
	/** True if it must be refused (400). */
	refused: boolean;
	/** True if the implementation may take it or not. */
	doubtful: boolean;
}

const REFUSED: Ask = { refused: true, doubtful: false };
const DOUBTFUL: Ask = { refused: false, doubtful: true };

const MOST = Number.MAX_SAFE_INTEGER;

/** Matches what nobody can mean to be a number. */
const NO_NUMBER = /^(?!.*(?:by|null|true|false|undefined|nan|infinity))\D*$/is;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** Reads what a request asks to count. */
export function askOf(
	shot: Shot,
	{ namespace, query }: Place,
	route: Route,
): Ask {
	const ask =
		route.param === undefined
			? manyOf(shot, query)
			: oneOf(shot, query, route.param);
	if (!ask.entries || ask.refused) return ask;
	const bounds =
		route.kind === "import" ? { min: -MOST, max: MOST } : namespace;
	return mayCount(namespace, ask.entries, bounds)
		? ask
		: { ...ask, refused: true };
}

function mayCount(
	namespace: Namespace,
	entries: readonly Entry[],
	{ min, max }: { min: number; max: number },
): boolean {
	const volume = entries.reduce((sum, [, by]) => sum + Math.abs(by), 0);
	return (
		entries.length >= 1 &&
		entries.length <= 10_000 &&
		volume <= MOST &&
		entries.every(
			([name, by]) =>
				allows(namespace, name) &&
				Number.isSafeInteger(by) &&
				by >= min &&
				by <= max,
		)
	);
}

/** `?by=n`, a JSON number as body, a form's `by`, or 1 for any other body. */
function oneOf(shot: Shot, query: URLSearchParams, name: string): Ask {
	const given = query.getAll("by");
	const { body = "" } = shot;
	const [type = ""] = (headerOf(shot, "content-type") ?? "").split(";");
	// Servers in between may take the body of a GET away.
	if (shot.method !== "POST" && (body !== "" || shot.framing)) return DOUBTFUL;
	const isForm = type === "application/x-www-form-urlencoded";
	if (type === "multipart/form-data" && body !== "") return DOUBTFUL;
	const text = textOf(body) ?? body;
	const isNoNumber =
		text === "" || type === "text/ping" || NO_NUMBER.test(text);
	const fields =
		isForm && text.includes("=")
			? new URLSearchParams(text).getAll("by")
			: isNoNumber
				? []
				: [text];
	// It may be meant to be a number, or not.
	if (fields[0] === text && !/^\s*["[]?[-+.]?\d/.test(text)) return DOUBTFUL;
	const [by = "1", ...others] = [...given, ...fields];
	return others.length > 0 ? REFUSED : numbers([[name, by]]);
}

/** A JSON object in the body; for GET, the query. */
function manyOf(shot: Shot, query: URLSearchParams): Ask {
	if (shot.method === "GET") {
		const pairs = [...query].filter(
			([name, by]) =>
				!/^utm_|^fbclid$|^key$/.test(name) && !Number.isNaN(Number(by)),
		);
		const names = new Set(pairs.map(([name]) => name));
		return names.size < pairs.length ? REFUSED : numbers(pairs);
	}
	let value: unknown;
	const text = textOf(shot.body ?? "");
	if (text === undefined) return REFUSED;
	try {
		value = JSON.parse(text);
	} catch {
		return REFUSED;
	}
	if (typeof value !== "object" || value === null || Array.isArray(value))
		return REFUSED;
	const entries = Object.entries(value).map(
		([name, by]) =>
			[name, typeof by === "number" ? by + 0 : Number.NaN] as const,
	);
	// Of a long one it is known that no name comes twice.
	const keys =
		text.length > 100_000
			? entries.length
			: text.match(/"(?:[^"\\]|\\.)*"\s*:/g)?.length;
	// A parser would keep the last of two.
	if (keys !== entries.length) return REFUSED;
	return { entries, refused: false, doubtful: false };
}

/** Whole numbers as text: some ways to write one are left to the code. */
function numbers(pairs: readonly (readonly [string, string])[]): Ask {
	const entries = pairs.map(
		([name, text]) => [name, Number(text) || 0] as const,
	);
	const plain = pairs.every(([, text]) => /^(0|-?[1-9]\d{0,15})$/.test(text));
	if (plain) return { entries, refused: false, doubtful: false };
	const perhaps = pairs.every(
		([, text]) => text.trim() !== "" && Number.isInteger(Number(text)),
	);
	return perhaps ? { entries, refused: false, doubtful: true } : REFUSED;
}

/** The body as the Worker reads it, without a byte order mark. */
function textOf(body: string): string | undefined {
	try {
		return UTF8.decode(Buffer.from(body, "latin1"));
	} catch {
		return undefined;
	}
}
