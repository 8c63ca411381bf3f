import {
	ADMIN_SECRET,
	type SecretName,
	TOKEN_SECRET,
} from "../config/secrets.ts";
import { CounterGenError } from "../errors.ts";
import { readDevVars } from "../files/dev-vars.ts";
import { projectPaths } from "../generator/project.ts";
import type { Io } from "../io.ts";
import type { Target } from "./target.ts";

/**
 * The admin token for `target`: from the environment, else, if the target is
 * this machine, from the `.dev.vars` that `counter-gen dev` writes beside
 * `config`. Undefined where neither has one. Never print it.
 */
export function findAdminToken(
	target: Target,
	config: string,
	io: Pick<Io, "cwd" | "env">,
): Promise<string | undefined> {
	return find(ADMIN_SECRET, target, config, io);
}

/** The token for increments and KV reads that ask for one, found the same way. */
export function findToken(
	target: Target,
	config: string,
	io: Pick<Io, "cwd" | "env">,
): Promise<string | undefined> {
	return find(TOKEN_SECRET, target, config, io);
}

async function find(
	name: SecretName,
	target: Target,
	config: string,
	{ cwd, env }: Pick<Io, "cwd" | "env">,
): Promise<string | undefined> {
	const secret =
		env[name] ||
		(target.loopback ? await fromDevVars(name, config, cwd) : undefined);
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

/** The header that opens guarded routes; none without a token. */
export function authorization(
	token: string | undefined,
): Record<string, string> {
	return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function fromDevVars(
	name: SecretName,
	config: string,
	cwd: string,
): Promise<string | undefined> {
	try {
		return (await readDevVars(projectPaths({ config }, cwd).out))[name];
	} catch {
		// Not ours to read: the caller says that there is no token.
		return undefined;
	}
}
