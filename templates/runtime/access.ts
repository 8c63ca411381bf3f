import type { MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { CounterProblem, problemResponse } from "./problem.ts";

/** The secret that opens the admin routes; two while rotating, by comma. */
const SECRET = "COUNTER_ADMIN_TOKEN";

/** What may follow Bearer: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Lets through whoever sends the admin token; closed while there is none. */
export const admin: MiddlewareHandler = (c, next) => {
	const tokens = String(c.env[SECRET] ?? "")
		.split(",")
		.map((token) => token.trim())
		.filter((token) => token !== "");
	if (tokens.length === 0)
		throw new CounterProblem({
			code: "secret-not-set",
			status: 503,
			title: "The admin routes are closed",
			detail: `Set the secret ${SECRET}: in .dev.vars for development, else with wrangler secret put ${SECRET}`,
		});
	if (!tokens.every((token) => TOKEN.test(token)))
		throw new CounterProblem({
			code: "secret-not-usable",
			status: 503,
			title: "The admin routes are closed",
			detail: `The secret ${SECRET} holds characters that a bearer token cannot have: use letters, digits and - . _ ~ + /`,
		});
	const refuse = (detail: string) => () =>
		problemResponse({
			code: "unauthorized",
			status: 401,
			title: "The admin token is needed",
			detail,
		});
	return bearerAuth({
		token: tokens,
		noAuthenticationHeader: {
			message: refuse(`Send Authorization: Bearer and the ${SECRET}`),
		},
		invalidAuthenticationHeader: {
			message: refuse(
				"The Authorization header is not of the form Bearer TOKEN",
			),
		},
		invalidToken: { message: refuse(`That is not the ${SECRET}`) },
	})(c, next);
};
