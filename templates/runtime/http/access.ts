import type { Context, MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { CounterProblem, type ProblemCode } from "../problem.ts";

/** Says who may call which routes of a namespace; stubs ask nobody for a token. */
export interface Access {
	/** Counting: for everyone, or for whoever sends `COUNTER_TOKEN`. */
	readonly increment: "public" | "token";
	/** Reads from KV, the same. */
	readonly read: "public" | "token";
	/** All else: whoever sends `COUNTER_ADMIN_TOKEN` or, with none, everyone. */
	readonly admin: "token" | "none";
}

/** Answers a request to a route. */
export type Handle = (c: Context) => Promise<Response>;

/** Matches what may follow Bearer: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Longest Authorization header, and longest token in it. */
const MAX_HEADER_CHARACTERS = 1_024;
const MAX_TOKEN_CHARACTERS = MAX_HEADER_CHARACTERS - "Bearer ".length;

const admin = guard("COUNTER_ADMIN_TOKEN", "admin routes");
const caller = guard("COUNTER_TOKEN", "routes that ask for a token");

/** Makes what stands in front of the routes of a namespace; nothing if public. */
export function guards(
	access: Access,
): Record<keyof Access, MiddlewareHandler | undefined> {
	return {
		increment: access.increment === "token" ? caller : undefined,
		read: access.read === "token" ? caller : undefined,
		admin: access.admin === "token" ? admin : undefined,
	};
}

/** Puts a handler behind a guard; without one it stays as it is, at no cost. */
export function guarded(
	guard: MiddlewareHandler | undefined,
	handle: Handle,
): Handle {
	if (!guard) return handle;
	return async (c) => (await guard(c, async () => {})) ?? handle(c);
}

/**
 * Lets through whoever sends a token of the secret, or of the admin secret;
 * closed while the secret is missing. A secret holds one token or, while
 * rotating, several by comma.
 */
function guard(secret: string, what: string): MiddlewareHandler {
	const closed = (code: ProblemCode, detail: string) =>
		new CounterProblem({
			code,
			status: 503,
			title: `The ${what} are closed`,
			detail,
		});
	const refuse = (detail: string, challenge: string) => (): never => {
		throw new CounterProblem({
			code: "unauthorized",
			status: 401,
			title: "A token is needed",
			detail,
			headers: { "WWW-Authenticate": `Bearer ${challenge}` },
		});
	};
	const messages = {
		noAuthenticationHeader: {
			message: refuse(
				`Send Authorization: Bearer and the ${secret}`,
				'realm="counters"',
			),
		},
		invalidAuthenticationHeader: {
			message: refuse(
				"The Authorization header is not of the form Bearer TOKEN",
				'error="invalid_request"',
			),
		},
		invalidToken: {
			message: refuse(`That is not the ${secret}`, 'error="invalid_token"'),
		},
	};
	return async (c, next) => {
		const tokens = tokensOf(c, secret);
		if (tokens.length === 0)
			throw closed(
				"secret-not-set",
				`Set the secret ${secret}: in .dev.vars for development, else with npx --no -- wrangler secret put ${secret} --config generated/wrangler.toml`,
			);
		if (
			!tokens.every(
				(one) => TOKEN.test(one) && one.length <= MAX_TOKEN_CHARACTERS,
			)
		)
			throw closed(
				"secret-not-usable",
				`The secret ${secret} holds characters that a bearer token cannot have, or more than ${MAX_TOKEN_CHARACTERS}: use letters, digits and - . _ ~ + /`,
			);
		if ((c.req.header("Authorization") ?? "").length > MAX_HEADER_CHARACTERS)
			throw new CounterProblem({
				code: "header-too-large",
				status: 431,
				title: "A header is too large",
				detail: `The Authorization header may have ${MAX_HEADER_CHARACTERS} characters`,
			});
		const all = new Set([...tokens, ...tokensOf(c, "COUNTER_ADMIN_TOKEN")]);
		return bearerAuth({ token: [...all], ...messages })(c, next);
	};
}

function tokensOf(c: Context, secret: string): string[] {
	return String(c.env[secret] ?? "")
		.split(",")
		.map((token) => token.trim())
		.filter((token) => token !== "");
}
