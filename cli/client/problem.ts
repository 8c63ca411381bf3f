import { CounterGenError } from "../errors.ts";

/** Parses JSON; undefined if it is none. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Longer texts are cut. */
const MAX_CHARACTERS = 300;

/**
 * Reads the text of a problem+json body (RFC 9457), fit to print: one line,
 * bounded, and without `secret`, should a server echo it. Undefined if it is
 * none.
 */
export function problemDetail(
	body: string,
	secret?: string,
): string | undefined {
	const problem = parseJson(body);
	if (typeof problem !== "object" || problem === null) return undefined;
	const { title, detail }: { title?: unknown; detail?: unknown } = problem;
	const text = [detail, title].find((one) => typeof one === "string");
	const safe = secret ? text?.replaceAll(secret, "(token)") : text;
	return safe?.replace(/\p{C}+/gu, " ").slice(0, MAX_CHARACTERS);
}

/** Tells if a problem+json body reports a full disk. */
export function isStorageFull(body: string): boolean {
	return codeOf(body) === "storage-full";
}

/** Tells if a body says that a counter server has no such route. */
export function isNotFound(body: string): boolean {
	return codeOf(body) === "not-found";
}

/** Tells if a body says that an increment would have passed a bound of its counter. */
export function isAtLimit(body: string): boolean {
	return ["limit-reached", "quota-reached"].includes(codeOf(body) ?? "");
}

/** Tells if a body with status 503 says that nothing was counted: see docs/problems.md. */
export function isNotCounted(body: string): boolean {
	return ["limit-unsettled", "shard-full", "global-unreachable"].includes(
		codeOf(body) ?? "",
	);
}

/** Takes the code of a problem that a counter server answered. */
function codeOf(body: string): string | undefined {
	const problem = parseJson(body) as { type?: unknown } | null | undefined;
	const [, code] =
		/^urn:problem-type:counter-gen:(.+)/.exec(String(problem?.type)) ?? [];
	return code;
}

/** Makes an expected failure of a Worker's own refusal; `fix400` is for a 400. */
export function refusedByServer(
	call: string,
	status: number,
	detail: string,
	fix400?: string,
): CounterGenError {
	const secretWanted = status === 401 || status === 403;
	return new CounterGenError({
		code: "refused-by-server",
		what: `${call} answered ${status}: ${detail}`,
		...(secretWanted && {
			fix: "set COUNTER_ADMIN_TOKEN to the admin token of that Worker, or COUNTER_TOKEN to the one that counts and reads",
		}),
		...(status === 400 && fix400 !== undefined && { fix: fix400 }),
	});
}
