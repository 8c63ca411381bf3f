import { ADMIN_SECRET, TOKEN_SECRET } from "../config/secrets.ts";
import { ANSWERS } from "./answers.ts";
import { incrementSchema, nameSchema } from "./count.ts";
import { HEADERS } from "./headers.ts";
import { type Described, own } from "./operation.ts";
import { PARAMETERS } from "./parameters.ts";
import { problemSchemas } from "./problems.ts";
import type { Schema } from "./schemas.ts";

/** Parts that operations share, by kind and name. */
export type Components = Readonly<
	Record<string, Readonly<Record<string, Schema>>>
>;

/** Lists all that operations may refer to, but for refusals. */
export function componentsOf(namespaces: readonly Described[]): Components {
	const owned = namespaces.flatMap((one) => [
		[own(one, "Counter"), nameSchema(one)] as const,
		[own(one, "Increment"), incrementSchema(one)] as const,
	]);
	return {
		schemas: {
			...Object.fromEntries(owned),
			...ANSWERS,
			...problemSchemas(),
		},
		parameters: PARAMETERS,
		headers: HEADERS,
		securitySchemes: {
			adminToken: {
				type: "http",
				scheme: "bearer",
				description: `The secret ${ADMIN_SECRET}: opens all routes.`,
			},
			token: {
				type: "http",
				scheme: "bearer",
				description: `The secret ${TOKEN_SECRET}: opens what is not for admins.`,
			},
		},
	};
}

/** Leaves out of all components those that nothing in the paths leads to. */
export function referenced(paths: object, all: Components): Components {
	const used = new Set<string>();
	// Many operations share a part.
	const seen = new Set<unknown>();
	const look = (part: unknown): void => {
		if (typeof part !== "object" || part === null || seen.has(part)) return;
		seen.add(part);
		for (const [key, value] of Object.entries(part)) {
			if (key === "$ref") follow(value.slice("#/components/".length));
			else if (key === "security")
				for (const one of value.flatMap(Object.keys))
					follow(`securitySchemes/${one}`);
			else look(value);
		}
	};
	const follow = (path: string): void => {
		if (used.has(path)) return;
		used.add(path);
		const [kind = "", name = ""] = path.split("/");
		look(all[kind]?.[name]);
	};
	look(paths);
	const kinds = Object.entries(all).map(([kind, parts]) => {
		const kept = Object.entries(parts).filter(([name]) =>
			used.has(`${kind}/${name}`),
		);
		return [kind, Object.fromEntries(kept)] as const;
	});
	return Object.fromEntries(
		kinds.filter(([, parts]) => Object.keys(parts).length > 0),
	);
}
