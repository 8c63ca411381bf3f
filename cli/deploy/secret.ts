import { CounterGenError, type Diagnostic } from "../errors.ts";
import type { Io } from "../io.ts";

/** The secret that opens the admin routes. */
export const ADMIN_SECRET = "COUNTER_ADMIN_TOKEN";

/** Shorter tokens can be guessed. */
const SHORTEST = 16;

/** As the Worker takes it: https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The admin secret that the environment variable `name` holds: a token, or
 * several separated by commas. It is in no message.
 *
 * @throws CounterGenError `secret-not-in-env`, `secret-unusable`
 */
export function readSecret(name: string, env: Io["env"]): string {
	const held = Object.hasOwn(env, name) ? env[name] : undefined;
	const secret = held?.trim() ?? "";
	const tokens = secret.split(",").map((token) => token.trim());
	if (secret === "")
		throw new CounterGenError({
			code: "secret-not-in-env",
			what: `The environment variable ${name || '""'} is ${held === undefined ? "not set" : "empty"}`,
			why: `--secret-from-env names the variable that holds the ${ADMIN_SECRET}.`,
			fix: "Set it (openssl rand -hex 24 prints a good token), and export it.",
		});
	const wrong = tokens.some((token) => !TOKEN.test(token))
		? "A bearer token consists of letters, digits and - . _ ~ + / only; a comma separates two."
		: tokens.some((token) => token.length < SHORTEST)
			? `A token of fewer than ${SHORTEST} characters can be guessed, and it opens resets.`
			: undefined;
	if (wrong)
		throw new CounterGenError({
			code: "secret-unusable",
			what: `What ${name} holds is no safe ${ADMIN_SECRET}`,
			why: wrong,
			fix: "openssl rand -hex 24 prints a good token.",
		});
	return secret;
}

/** Says that the admin secret is not on Cloudflare, and both ways to set it. */
export function secretMissing({
	command,
	outDir,
	isNew,
	why,
}: {
	/** The deploy that sets it. */
	command: string;
	/** As the user would type it. */
	outDir: string;
	/** Whether the Worker does not exist yet. */
	isNew: boolean;
	why: string;
}): Diagnostic {
	const byHand = `cd ${outDir} && npx wrangler secret put ${ADMIN_SECRET}`;
	return {
		code: "secret-missing",
		what: `The secret ${ADMIN_SECRET} is not set on Cloudflare`,
		why: `Without it the admin routes stay closed, so the deploy insists on it. ${why}`,
		fix: `${command}, where ADMIN_TOKEN is an environment variable that holds it${isNew ? "." : `; or ${byHand}, then deploy again.`}`,
	};
}
