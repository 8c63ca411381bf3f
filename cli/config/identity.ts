import type * as z from "zod";
import { text } from "./kinds.ts";
import type { ProblemParams } from "./problem.ts";
import { ADMIN_SECRET, TOKEN_SECRET } from "./secrets.ts";

/** Names that no two namespaces share; by default they follow from the key. */
export interface Identity {
	class: string;
	binding: string;
	kvPrefix: string;
	mount: string;
}

type IdentityShape = {
	[K in keyof Identity]: z.ZodExactOptional<z.ZodType<string>>;
};

export const namespaceKey: z.ZodString = text(
	/^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
	"a letter, then letters, digits, `-` or `_`, at most 64 in all",
);

/** Name of an environment: it ends the Worker's name, and names a folder. */
export const environmentName: z.ZodString = text(
	/^[a-z][a-z0-9-]{0,31}$/,
	"1 to 32 lower-case letters, digits or dashes, starting with a letter",
);

/** Names that a class cannot have: modules of a project have them already. */
const reservedClassNames: readonly string[] = [
	"CounterDurableObject",
	"DurableObjectNamespace",
	"KVNamespace",
	"RateLimit",
	"Env",
	"BOTS",
	"Counters",
];

/** Words that a mount cannot start with: each is a route's first word. */
const reservedMounts: readonly string[] = [
	"increment",
	"increments",
	"counters",
	"global",
	"live",
	"shard",
	"badge",
	"hit",
	"live",
];

/** Names that secrets have in `env`, which no binding can take. */
const reservedBindings: readonly string[] = [ADMIN_SECRET, TOKEN_SECRET];

/** A name in the Worker's `env`. */
const bindingName = text(
	/^[A-Za-z_][A-Za-z0-9_]*$/,
	"letters, digits and `_`, not starting with a digit",
)
	.refine((name) => !reservedBindings.includes(name), {
		error: `must not be the name of a secret (${reservedBindings.join(", ")})`,
		params: { code: "reserved-name" } satisfies ProblemParams,
	})
	.refine((name) => !(name in Object.prototype), {
		error: "must not be a name that every object has",
		params: { code: "reserved-name" } satisfies ProblemParams,
	});

/** The name of the KV namespace in the Worker's `env`. */
export const kvBinding: z.ZodType<string> = bindingName
	.default("KV")
	.describe("Name of the KV namespace in the Worker's env.")
	.meta({ examples: ["COUNTS"] });

const className = text(
	/^[A-Z][A-Za-z0-9]{0,63}$/,
	"a capital letter, then letters or digits, at most 64 in all",
).refine((name) => !reservedClassNames.includes(name), {
	error: "must not be a name that the generated code uses",
	params: { code: "reserved-name" } satisfies ProblemParams,
});

const mount = text(
	/^\/$|^(\/[A-Za-z][A-Za-z0-9_-]*)+$/,
	"`/` or a path such as /likes: each part a letter, then letters, digits, `-` or `_`",
).refine((path) => !reservedMounts.includes(path.split("/")[1] ?? ""), {
	error: `must not start with the first word of a route (${reservedMounts.join(", ")})`,
	params: { code: "reserved-name" } satisfies ProblemParams,
});

/** The keys that a namespace has for itself, each with a derived default. */
export const identity: IdentityShape = {
	class: className
		.exactOptional()
		.describe(
			"Name of the generated class, unique. Default: the key in PascalCase, such as PageViews.",
		)
		.meta({ examples: ["PageViews"] }),
	binding: bindingName
		.exactOptional()
		.describe(
			"Name of the Durable Objects in the Worker's env, unique. Default: the key in upper case and _DO, such as PAGE_VIEWS_DO.",
		)
		.meta({ examples: ["PAGE_VIEWS_DO"] }),
	kvPrefix: text(/^[^~]{1,128}$/s, "1 to 128 characters, none of them `~`")
		.exactOptional()
		.describe(
			"Beginning of the KV key <kvPrefix>~counters, and of its pages where totals are many; unique, without ~. Default: the key.",
		)
		.meta({ examples: ["page-views"] }),
	mount: mount
		.exactOptional()
		.describe(
			"Path that the routes stand under, unique, and inside no other mount but /. Default: / and the key.",
		)
		.meta({ examples: ["/", "/page-views"] }),
};

/** Derives the names of a namespace that does not write them. */
export function defaultIdentity(key: string): Identity {
	return {
		class: pascalCase(key),
		binding: `${upperSnakeCase(key)}_DO`,
		kvPrefix: key,
		mount: `/${key}`,
	};
}

/** Name of the rate limiter in the Worker's env. */
export function rateLimitBinding(binding: string): string {
	return `${binding}_RATE_LIMIT`;
}

/** `page-views` is `PageViews`. */
function pascalCase(key: string): string {
	return key.replaceAll(/(?:^|[-_]+)(.?)/g, (_, first) => first.toUpperCase());
}

/** `page-views` and `pageViews` are `PAGE_VIEWS`. */
function upperSnakeCase(key: string): string {
	return key
		.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
		.replaceAll("-", "_")
		.toUpperCase();
}
