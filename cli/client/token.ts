import {
	ADMIN_SECRET,
	type SecretName,
	TOKEN_SECRET,
} from "../config/secrets.ts";
import { CounterGenError } from "../errors.ts";
import { readDevVars } from "../files/dev-vars.ts";
import type { Io } from "../io.ts";
import type { Target } from "./target.ts";

/**
 * Finds the admin token for `target`: in the environment, else, if the target
 * is this machine, in the `.dev.vars` that `counter-gen dev` writes into
 * `outDir`. Undefined where neither has one. Never print it.
 */
export function findAdminToken(
	target: Target,
	outDir: string,
	env: Io["env"],
): Promise<string | undefined> {
	return find(ADMIN_SECRET, target, outDir, env);
}

/** Finds the token for increments and KV reads that ask for one, the same way. */
export function findToken(
	target: Target,
	outDir: string,
	env: Io["env"],
): Promise<string | undefined> {
	return find(TOKEN_SECRET, target, outDir, env);
}

async function find(
	name: SecretName,
	target: Target,
	outDir: string,
	env: Io["env"],
): Promise<string | undefined> {
	const secret =
		env[name] ||
		(target.loopback ? await fromDevVars(name, outDir) : undefined);
	// While a secret is being rotated it holds two tokens; either opens.
	const token = secret?.split(",")[0]?.trim();
	if (!token) return undefined;
	if (!/^[\x21-\x7e]+$/.test(token))
		throw new CounterGenError({
			code: name === ADMIN_SECRET ? "bad-admin-token" : "bad-token",
			what: `${name} holds characters that no HTTP header can carry`,
			fix: "use printable ASCII without spaces",
		});
	return token;
}

async function fromDevVars(
	name: SecretName,
	outDir: string,
): Promise<string | undefined> {
	try {
		return (await readDevVars(outDir))[name];
	} catch {
		// Not ours to read: the caller explains that there is no token.
		return undefined;
	}
}
