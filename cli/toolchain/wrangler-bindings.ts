import { isValues } from "../config/merge.ts";
import type { Config } from "../config/schema.ts";
import { bindingNames } from "../config/wrangler-names.ts";
import type { Diagnostic } from "../errors.ts";
import { counterGen } from "../ui/invocation.ts";

/** Keys under `wrangler` that plain workerd can do, each in its own way. */
const SERVED_KEYS: readonly string[] = ["vars", "secrets", "ratelimits"];

/** A value in the Worker's env, as workerd's configuration writes it. */
interface Variable {
	name: string;
	kind: "text" | "json";
	value: string;
}

/** Lists the variables under `wrangler`. */
export function variablesOf({
	wrangler,
}: Pick<Config, "wrangler">): Variable[] {
	const { vars } = wrangler;
	return Object.entries(isValues(vars) ? vars : {}).map(([name, value]) =>
		typeof value === "string"
			? { name, kind: "text", value }
			: { name, kind: "json", value: JSON.stringify(value) },
	);
}

/** Lists the secrets that the user's own code requires. */
export function ownSecrets({ wrangler }: Pick<Config, "wrangler">): string[] {
	const { required } = (wrangler.secrets ?? {}) as { required?: string[] };
	return required ?? [];
}

/** Lists the rate limiters under `wrangler`. */
export function ownLimiters({ wrangler }: Pick<Config, "wrangler">): {
	binding: string;
	id: string;
	limit: number;
	period: number;
}[] {
	const limiters = (wrangler.ratelimits ?? []) as {
		name: string;
		namespace_id: string;
		simple: { limit: number; period: number };
	}[];
	return limiters.map(({ name, namespace_id, simple }) => ({
		binding: name,
		id: namespace_id,
		...simple,
	}));
}

/** Warns of what code finds in `env` on Cloudflare, and not on plain workerd. */
export function notInWorkerd({
	wrangler,
	namespaces,
}: Pick<Config, "wrangler" | "namespaces">): Diagnostic | undefined {
	const bindings = [...bindingNames(wrangler)]
		.filter(({ key }) => !SERVED_KEYS.includes(key))
		.map(({ name, key }) => `\`env.${name}\` (${key})`);
	const { crons } = (wrangler.triggers ?? {}) as { crons?: string[] };
	const { consumers } = (wrangler.queues ?? {}) as { consumers?: unknown[] };
	const isConsumer = namespaces.some(({ queue }) => queue !== undefined);
	const missing = [
		...bindings,
		...(crons?.length ? ["crons"] : []),
		...(isConsumer || consumers?.length ? ["consumers of queues"] : []),
		...(wrangler.assets ? ["static assets"] : []),
	];
	if (missing.length === 0) return undefined;
	return {
		code: "not-in-workerd",
		what: `plain workerd has no ${missing.join(", ")}`,
		why: "they are Cloudflare's, or need other Workers; counting over HTTP and by code needs none of them",
		fix: `run ${counterGen("dev")} where code of yours uses them`,
	};
}
