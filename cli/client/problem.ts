import { CounterGenError } from "../errors.ts";

/** JSON or undefined. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/**
 * What a problem+json body (RFC 9457) says, fit to print: one line, bounded,
 * and without `secret`, should a server echo it. Undefined if it is none.
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
	return safe?.replace(/\p{C}+/gu, " ").slice(0, 300);
}

/** Tells whether a problem+json body says that the disk is full. */
export function isStorageFull(body: string): boolean {
	const problem = parseJson(body) as { type?: unknown } | null | undefined;
	return problem?.type === "urn:problem-type:counter-gen:storage-full";
}

/** What to do if a namespace refuses what `load` sends. */
export const fixLoad = "send what that namespace takes: --counter NAME, --by N";

/** A Worker's own refusal as an expected failure; `fix400` is for a 400. */
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
