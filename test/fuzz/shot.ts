/**
 * Way that a request goes over a socket of its own; without one undici sends it.
 * The last six are not HTTP, or not whole.
 */
export type Framing =
	| "length"
	| "chunked"
	| "pieces"
	| "expect"
	| "too-short"
	| "too-long"
	| "both-lengths"
	| "bad-chunk"
	| "abandoned"
	| "bytes";

const WHOLE: readonly Framing[] = ["length", "chunked", "pieces", "expect"];

/** A request to send. Characters of all texts are bytes. */
export interface Shot {
	method: string;
	/** Path and query as they go over the wire. */
	target: string;
	headers: readonly (readonly [name: string, value: string])[];
	body?: string;
	framing?: Framing;
}

/** Response to a shot. */
export interface Answer {
	status: number;
	/** By name in lower case; several of a name joined by a comma. */
	headers: ReadonlyMap<string, string>;
	body: string;
}

/** All values of a header, as the Worker sees them; undefined if it is not sent. */
export function headerOf(shot: Shot, name: string): string | undefined {
	const values = shot.headers
		.filter(([one]) => one.toLowerCase() === name)
		.map(([, value]) => value.trim());
	return values.length > 0 ? values.join(", ") : undefined;
}

/** Headers about the connection, with which a server may do as it likes. */
const HOP =
	/^(?:connection|content-length|expect|te|trailer|transfer-encoding|upgrade)$/i;

/** Tells whether it is one whole message of plain HTTP, which every server must take. */
export function isWhole({ framing, headers, target }: Shot): boolean {
	return (
		(framing === undefined || WHOLE.includes(framing)) &&
		/^\/[\x21-\xff]*$/.test(target) &&
		headers.every(
			([name, value]) =>
				/^[\w-]+$/.test(name) &&
				!HOP.test(name) &&
				/^[\t\x20-\x7e\x80-\xff]*$/.test(value),
		)
	);
}

/** The bytes of a text. */
export function utf8(text: string): string {
	return Buffer.from(text).toString("latin1");
}

/** A request in a few lines, however long it is. */
export function describe(shot: Shot): string {
	const { method, target, headers, body, framing } = shot;
	const lines = [`${short(method)} ${short(target)}`];
	for (const [name, value] of headers) lines.push(`${name}: ${short(value)}`);
	if (body !== undefined) lines.push("", short(body));
	if (framing !== undefined) lines.push(`(on a socket of its own: ${framing})`);
	return lines.map((line) => `    ${line}`).join("\n");
}

/** A text as JSON, with the middle of a long one left out. */
function short(text: string): string {
	const shown =
		text.length > 200
			? `${text.slice(0, 80)}…${text.length - 120} more…${text.slice(-40)}`
			: text;
	return /^[\x20-\x7e]*$/.test(shown) ? shown : JSON.stringify(shown);
}
