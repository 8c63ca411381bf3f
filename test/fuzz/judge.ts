import { METHODS, type Verdict } from "./oracle.ts";
import { ADMIN_TOKEN, CALLER_TOKEN } from "./server.ts";
import { type Answer, headerOf, isWhole, type Shot } from "./shot.ts";

/** Size of a request's head that every server must take. */
const HEAD_BYTES = 8_000;

/** Matches a request's target: https://www.rfc-editor.org/rfc/rfc3986 */
const PATH = /^\/(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*$/i;

/** Headers of every answer of the Worker. */
const ALWAYS = [
	["x-content-type-options", "nosniff"],
	["content-security-policy", "default-src 'none'; frame-ancestors 'none'"],
] as const;

/** Header of every answer but a badge. */
const NOT_KEPT = ["cache-control", "no-store"] as const;

/** Matches stacks, paths of files and messages of engines. */
const INTERNALS =
	/\bat [\w.<>[\] ]+\(?[\w./:-]+:\d+:\d+|\.(?:ts|js):\d+|node_modules|\/tmp\/|\/home\/|(?:Type|Range|Syntax|Reference)Error|SQLITE_|\[object /;

/** Finds what is wrong with an answer, whatever it counted. */
export function judgeAnswer(
	shot: Shot,
	verdict: Verdict,
	answer: Answer,
): string[] {
	const { status } = answer;
	return [
		...judgeStatus(shot, verdict, answer),
		...judgeForm(shot, verdict, answer),
		...judgeLeaks(shot, answer),
		...(shot.method === "HEAD" && answer.body !== ""
			? ["an answer to HEAD has a body"]
			: []),
		...(status < 200 || status > 599 ? [`${status} is no status`] : []),
	];
}

/** Tells whether the Worker was reached: workerd refuses some requests by itself. */
function reaches(shot: Shot): boolean {
	const size = shot.headers.reduce(
		(sum, [name, value]) => sum + name.length + value.length + 4,
		shot.target.length,
	);
	const { target, method } = shot;
	return (
		isWhole(shot) &&
		METHODS.includes(method) &&
		size < HEAD_BYTES &&
		PATH.test(target)
	);
}

function judgeStatus(
	shot: Shot,
	verdict: Verdict,
	{ status, body }: Answer,
): string[] {
	const { refusals, open, anything, limited } = verdict;
	const isBusy =
		status === 503 && /"urn:problem-type:counter-gen:shard-full"/.test(body);
	if (isBusy && verdict.mayBeFull) return [];
	// Plain words are workerd's own, of what is no HTTP or no plain method.
	const isUnexpected = body.includes("counter-gen:internal-error");
	if (isUnexpected || (status >= 500 && reaches(shot)))
		return [`it is answered with ${status}: ${body.slice(0, 300)}`];
	if (anything || !reaches(shot)) return [];
	if (status === 429 && limited) return [];
	if (refusals.size > 0) {
		const isExpected = open ? status >= 400 : refusals.has(status);
		if (isExpected) return [];
		return [
			`it is answered with ${status}, must be ${[...refusals].join(" or ")}`,
		];
	}
	if (open || (status >= 200 && status < 300)) return [];
	if (status === 304 && headerOf(shot, "if-none-match") !== undefined)
		return [];
	return [
		`it must be taken, and is answered with ${status}: ${body.slice(0, 300)}`,
	];
}

/**
 * Refusals are problem+json, all else JSON, and what changes is not cached; a
 * badge is SVG, and what asks for an image gets one.
 */
function judgeForm(
	shot: Shot,
	{ place }: Verdict,
	{ status, headers, body }: Answer,
): string[] {
	if (status === 204 || status === 302) return [];
	const type = headers.get("content-type") ?? "";
	const isRefusal = status >= 400;
	const isBadge = /^(?:badge|hit)$/.test(place.route?.kind ?? "");
	if (isBadge && !isRefusal) return judgeBadge(headers, type);
	if (place.route?.kind === "page" && !isRefusal)
		return type.startsWith("text/html") ? [] : [`the Content-Type is ${type}`];
	if (/^image\/(?:gif|svg\+xml)$/.test(type))
		return /image/.test(headerOf(shot, "accept") ?? "")
			? []
			: [`the Content-Type is ${type}`];
	if (isRefusal && !type.startsWith("application/problem+json"))
		return reaches(shot)
			? [`a ${status} has the Content-Type ${type}: ${body.slice(0, 200)}`]
			: [];
	const findings: string[] = [];
	for (const [name, value] of [...ALWAYS, NOT_KEPT])
		if (headers.get(name) !== value)
			findings.push(`${name} is ${headers.get(name)}`);
	if (/^text\/plain; version=|^application\/openmetrics/.test(type))
		return findings;
	if (!isRefusal && !type.startsWith("application/json"))
		findings.push(`the Content-Type is ${type}`);
	if (status === 405 && !headers.has("allow"))
		findings.push("a 405 has no Allow");
	if (status === 401 && !headers.has("www-authenticate"))
		findings.push("a 401 has no WWW-Authenticate");
	if (shot.method === "HEAD") return findings;
	if (!body.endsWith("\n")) findings.push("the body does not end its line");
	const value = parse(body);
	if (value === undefined)
		findings.push(`the body is not JSON: ${body.slice(0, 200)}`);
	else if (isRefusal) findings.push(...judgeProblem(value, status));
	return findings;
}

function judgeBadge(headers: Answer["headers"], type: string): string[] {
	const findings: string[] = [];
	for (const [name, value] of [
		...ALWAYS,
		["cache-control", "no-cache"],
	] as const)
		if (headers.get(name) !== value)
			findings.push(`${name} is ${headers.get(name)}`);
	if (!headers.has("etag")) findings.push("a badge has no ETag");
	if (!/^(?:image\/svg\+xml|application\/json)$/.test(type))
		findings.push(`the Content-Type is ${type}`);
	return findings;
}

function judgeProblem(value: unknown, status: number): string[] {
	const problem = (value ?? {}) as Record<string, unknown>;
	const { type, title, detail } = problem;
	const isRight =
		/^urn:problem-type:counter-gen:[a-z]+(-[a-z]+)*$/.test(String(type)) &&
		typeof title === "string" &&
		typeof detail === "string" &&
		title.length * detail.length > 0 &&
		problem.status === status;
	return isRight ? [] : [`no problem of RFC 9457: ${JSON.stringify(value)}`];
}

/** No internals, but for what the request itself says. */
function judgeLeaks(shot: Shot, { headers, body }: Answer): string[] {
	const text = `${[...headers].join("\n")}\n${body}`;
	const [found] = INTERNALS.exec(text) ?? [];
	const sent = decoded(`${shot.target} ${shot.body ?? ""}`);
	return [
		...(found && !sent.includes(found) ? [`it shows ${found}`] : []),
		...[ADMIN_TOKEN, CALLER_TOKEN]
			.filter((token) => text.includes(token) && !sent.includes(token))
			.map((token) => `it shows the token ${token}`),
	];
}

function decoded(text: string): string {
	return text.replace(/%[0-9a-f]{2}/gi, (code) =>
		String.fromCharCode(Number.parseInt(code.slice(1), 16)),
	);
}

/** JSON of bytes; undefined if it is none. */
export function parse(body: string): unknown {
	try {
		return JSON.parse(Buffer.from(body, "latin1").toString("utf8"));
	} catch {
		return undefined;
	}
}
