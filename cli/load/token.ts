import { CounterGenError } from "../errors.ts";
import { projectPaths } from "../generator/project.ts";
import type { Io } from "../io.ts";
import { readDevVars } from "../toolchain/dev-vars.ts";
import type { Target } from "./target.ts";

const name = "COUNTER_ADMIN_TOKEN";

/**
 * The admin token for `target`: from the environment, else, if the target is
 * this machine, from the `.dev.vars` that `counter-gen dev` writes beside
 * `config`. Undefined where neither has one. Never print it.
 */
export async function findAdminToken(
	target: Target,
	config: string,
	{ cwd, env }: Pick<Io, "cwd" | "env">,
): Promise<string | undefined> {
	const secret =
		env[name] || (target.loopback ? await fromDevVars(config, cwd) : undefined);
	// While a secret is being rotated it holds two tokens; either opens.
	const token = secret?.split(",")[0]?.trim();
	if (!token) return undefined;
	if (!/^[\x21-\x7e]+$/.test(token))
		throw new CounterGenError({
			code: "bad-admin-token",
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
