import type { Place } from "../errors.ts";
import {
	defaultIdentity,
	type Identity,
	identity,
	kvBinding,
	namespaceKey,
	rateLimitBinding,
} from "./identity.ts";
import { isValues, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import { got, type Source } from "./source.ts";
import {
	bindingNames,
	classNames,
	type WranglerName,
} from "./wrangler-names.ts";

const reasons: Readonly<Record<Claim["field"], string>> = {
	class: "every namespace is a class of its own",
	binding: "a name in the Worker's env stands for one thing",
	kvPrefix: "both would overwrite the same KV key",
	mount: "both would answer under the same path",
};

/**
 * Finds namespaces with a bad key, and names that clash, as far as each is valid
 * by itself. `file` has its defaults merged in.
 */
export function crossCheck(source: Source, file: Values): ConfigProblem[] {
	const problems: ConfigProblem[] = [];
	const kv = kvClaim(source, file.kv);
	const claims = kv ? [kv] : [];
	const limiters = new Map<string, Claim>();
	const namespaces = isValues(file.namespaces) ? file.namespaces : {};
	for (const [key, own] of Object.entries(namespaces)) {
		const { error } = namespaceKey.safeParse(key);
		if (error) {
			const spot = source.locate(["namespaces", key]);
			problems.push({
				code: "bad-namespace-key",
				what: `the key of a namespace ${error.issues[0]?.message}; got ${got(spot.key, source)}`,
				where: source.placeOfKey(spot),
			});
			continue;
		}
		const values = isValues(own) ? own : {};
		for (const one of claimsOf(source, key, values))
			if ("code" in one) problems.push(one);
			else claims.push(one);
		const limiter = limiterClaim(source, key, values);
		if (limiter) limiters.set(limiter.value, limiter);
	}
	const wrangler = isValues(file.wrangler) ? file.wrangler : {};
	for (const one of bindingNames(wrangler))
		claims.push(wranglerClaim(source, "binding", one));
	for (const one of classNames(wrangler))
		claims.push(wranglerClaim(source, "class", one));
	// Limiters come first: of two that clash the later has to change, and a
	// limiter has no name of its own to change.
	return [...problems, ...clashes([...limiters.values(), ...claims])];
}

/** Reports the later of two equal names, and the inner of two mounts. */
function clashes(claims: readonly Claim[]): ConfigProblem[] {
	const first = new Map<string, Claim>();
	const problems: ConfigProblem[] = [];
	for (const one of claims) {
		const name = `${one.field} ${one.value}`;
		const same = first.get(name);
		if (same) problems.push(notUnique(same, one));
		else first.set(name, one);
	}
	for (const one of claims) {
		if (one.field !== "mount") continue;
		const outer = parents(one.value)
			.map((path) => first.get(`mount ${path}`))
			.find((claim) => claim !== undefined);
		if (outer) problems.push(mountInside(outer, one));
	}
	return problems;
}

function notUnique(
	{ owner }: Claim,
	{ field, owner: other, shown, where, fix }: Claim,
): ConfigProblem {
	return {
		code: "not-unique",
		what: `${owner} and ${other} have the same \`${field}\`, ${shown}`,
		why: reasons[field],
		fix: fix ?? `give ${other} another \`${field}\``,
		where: where(),
	};
}

/** Lists the paths around a path, but for `/`, which may hold all. */
function parents(path: string): string[] {
	const parts = path.split("/");
	return parts.slice(2).map((_, at) => parts.slice(0, at + 2).join("/"));
}

function mountInside(outer: Claim, inner: Claim): ConfigProblem {
	return {
		code: "mount-overlap",
		what: `the mount of ${inner.owner}, ${inner.shown}, lies inside that of ${outer.owner}, ${outer.shown}`,
		why: "a path below both could mean either",
		fix: "move one of them; only `/` may hold others",
		where: inner.where(),
	};
}

/** A valid name that nothing else may have. */
export interface Claim {
	field: keyof Identity;
	value: string;
	owner: string;
	/** The value as a message may show it. */
	shown: string;
	/** Called for a clash only: a place takes longer than the rest together. */
	where: () => Place;
	/** Takes the place of the usual advice. */
	fix?: string;
}

/** Claims a name that a key under `wrangler` gives. */
function wranglerClaim(
	source: Source,
	field: "binding" | "class",
	{ name, key, path }: WranglerName,
): Claim {
	return {
		field,
		value: name,
		owner: `\`wrangler.${key}\``,
		shown: name,
		where: () => source.placeOfKey(source.locate(path)),
		fix: "give one of the two another name; those of the counters are set under `kv` and `namespaces`",
	};
}

/** Claims the binding of KV, which no namespace may have. */
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
 * Claims the names of one namespace, written or derived from its key. Leaves a
 * written one that is wrong to the schema; reports a derived one at the key.
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

/** Claims the binding of a namespace's rate limiter, if it has one. */
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
