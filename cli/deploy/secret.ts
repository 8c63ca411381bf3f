import { ADMIN_SECRET, type SecretName } from "../config/secrets.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import type { Io } from "../io.ts";
import { wranglerCall } from "../ui/invocation.ts";

/** Secrets to set, by name. */
export type Secrets = Partial<Record<SecretName, string>>;

/** Shorter tokens can be guessed. */
const MIN_CHARACTERS = 16;

/** Longest token that the Worker's Authorization header takes. */
const MAX_CHARACTERS = 1_017;

/**
 * Syntax that the Worker takes:
 * https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/** Names the option that sets a secret, and the variable of its help. */
function optionOf(secret: SecretName): { option: string; variable: string } {
	return secret === ADMIN_SECRET
		? { option: "--secret-from-env", variable: "ADMIN_TOKEN" }
		: { option: "--token-from-env", variable: "TOKEN" };
}

/**
 * Reads the secret that the environment variable `name` holds: a token, or
 * several separated by commas. No message shows it.
 *
 * @throws CounterGenError `secret-not-in-env`, `secret-unusable`
 */
export function readSecret(
	secret: SecretName,
	name: string,
	env: Io["env"],
): string {
	const variable = Object.hasOwn(env, name) ? env[name] : undefined;
	const value = variable?.trim() ?? "";
	const tokens = value.split(",").map((token) => token.trim());
	if (value === "")
		throw new CounterGenError({
			code: "secret-not-in-env",
			what: `The environment variable ${name || '""'} is ${variable === undefined ? "not set" : "empty"}`,
			why: `${optionOf(secret).option} names the variable that holds the ${secret}.`,
			fix: "Set it (openssl rand -hex 24 prints a good token), and export it.",
		});
	const wrong = tokens.some((token) => !TOKEN.test(token))
		? "A bearer token consists of letters, digits and - . _ ~ + / only; a comma separates two."
		: tokens.some((token) => token.length < MIN_CHARACTERS)
			? `A token of fewer than ${MIN_CHARACTERS} characters can be guessed.`
			: tokens.some((token) => token.length > MAX_CHARACTERS)
				? `The Worker takes no Authorization header with a token of more than ${MAX_CHARACTERS} characters.`
				: undefined;
	if (wrong)
		throw new CounterGenError({
			code: "secret-unusable",
			what: `What ${name} holds is no safe ${secret}`,
			why: wrong,
			fix: "openssl rand -hex 24 prints a good token.",
		});
	return value;
}

/** Explains which secrets are not on Cloudflare, and both ways to set them. */
export function secretMissing({
	missing,
	command,
	config,
	env,
	isNew,
	why,
}: {
	missing: readonly SecretName[];
	/** The deploy that sets them. */
	command: string;
	/** The generated configuration as the user would type it. */
	config: string;
	env: string | undefined;
	/** Set if the Worker does not exist yet. */
	isNew: boolean;
	why: string;
}): Diagnostic {
	const several = missing.length > 1;
	const byHand = missing
		.map((name) => wranglerCall(`secret put ${name}`, config, env))
		.join(" && ");
	const holders = missing.map((name) => optionOf(name).variable).join(" and ");
	return {
		code: "secret-missing",
		what: `The ${several ? "secrets" : "secret"} ${missing.join(" and ")} ${several ? "are" : "is"} not set on Cloudflare`,
		why: `Without ${several ? "them" : "it"} routes stay closed that ask for ${several ? "them" : "it"}, so the deploy insists. ${why}`,
		fix: `${command}, where ${holders} ${several ? "are environment variables that hold them" : "is an environment variable that holds it"}${isNew ? "." : `; or ${byHand}, then deploy again.`}`,
	};
}
