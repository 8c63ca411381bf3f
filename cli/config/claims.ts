import type { Place } from "../errors.ts";
import type { ConfigProblem } from "./codes.ts";
import { got } from "./got.ts";
import { type Identity, identity, kvBinding } from "./identity.ts";
import { isValues, type Values } from "./merge.ts";
import { defaultIdentity, rateLimitBinding } from "./resolve.ts";
import type { Source } from "./source.ts";

/** A valid name that nothing else may have. */
export interface Claim {
	field: keyof Identity;
	value: string;
	owner: string;
	/** The value as a message may show it. */
	shown: string;
	/** Asked for a clash only: a place takes longer than the rest together. */
	where: () => Place;
}

/** The binding of KV, which no namespace may have. */
export function kvClaim(source: Source, kv: unknown): Claim | undefined {
	const { data } = kvBinding.safeParse(isValues(kv) ? kv.binding : undefined);
	const spot = source.locate(["kv", "binding"]);
	const where = () => source.placeOfValue(spot);
	const shown = got(spot.value, source);
	return data === undefined
		? undefined
		: { field: "binding", value: data, owner: "`kv`", shown, where };
}

/**
 * The names of one namespace, written or derived from its key. A written one
 * that is wrong is left to the schema; a derived one is a problem of the key.
 */
export function* claimsOf(
	source: Source,
	key: string,
	own: Values,
): Generator<Claim | ConfigProblem> {
	const owner = `namespace \`${key}\``;
	for (const [name, derived] of Object.entries(defaultIdentity(key))) {
		const field = name as keyof Identity;
		const written = own[field];
		const { data: value, error } = identity[field].safeParse(
			written === undefined ? derived : written,
		);
		if (written !== undefined) {
			const spot = source.locate(["namespaces", key, field]);
			const where = () => source.placeOfValue(spot);
			if (value !== undefined)
				yield { field, value, owner, shown: got(spot.value, source), where };
			continue;
		}
		const where = () => source.placeOfKey(source.locate(["namespaces", key]));
		if (value !== undefined) yield { field, value, owner, shown: value, where };
		else
			yield {
				code: "reserved-name",
				what: `\`${derived}\`, the default \`${field}\` of ${owner}, ${error?.issues[0]?.message}`,
				fix: `give the namespace a \`${field}\` of its own`,
				where: where(),
			};
	}
}

/** The binding of a namespace's rate limiter, if it has one; it follows from the namespace's. */
export function limiterClaim(
	source: Source,
	key: string,
	own: Values,
): Claim | undefined {
	if (own.rateLimit === undefined) return undefined;
	const { data = defaultIdentity(key).binding } = identity.binding.safeParse(
		own.binding,
	);
	const value = rateLimitBinding(data);
	const spot = source.locate(["namespaces", key, "rateLimit"]);
	return {
		field: "binding",
		value,
		owner: `the rate limit of \`${key}\``,
		shown: value,
		where: () => source.placeOfKey(spot),
	};
}
