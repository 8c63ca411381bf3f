import { isScalar } from "yaml";
import { isValues } from "./merge.ts";
import type { ConfigCode, ConfigProblem } from "./problem.ts";
import { ADMIN_SECRET, TOKEN_SECRET } from "./secrets.ts";
import { got, type Path, type Source } from "./source.ts";
import { labelOf } from "./wrangler-messages.ts";

/** Keywords of JSON Schema that hold for a value of their kind. */
export interface Keywords {
	minimum?: number;
	maximum?: number;
	pattern?: string;
}

/** A rule that wrangler or Cloudflare has, but wrangler's schema does not. */
interface Rule {
	code: ConfigCode;
	/** Goes on after the key: "must be …". */
	must: string;
	fix?: string;
	holds: (value: unknown) => boolean;
	/** Part of it that editors can check. */
	keywords?: Keywords;
}

const rate: Rule = {
	code: "out-of-bounds",
	must: "must be a number from 0 to 1",
	holds: (value) => typeof value !== "number" || (value >= 0 && value <= 1),
	keywords: { minimum: 0, maximum: 1 },
};

const atLeastOne: Rule = {
	code: "out-of-bounds",
	must: "must be a whole number of 1 or more",
	holds: (value) =>
		typeof value !== "number" || (Number.isSafeInteger(value) && value >= 1),
	keywords: { minimum: 1 },
};

function matches(pattern: RegExp, form: string): Rule {
	return {
		code: "invalid-value",
		must: `must be ${form}`,
		holds: (value) => typeof value !== "string" || pattern.test(value),
		keywords: { pattern: pattern.source },
	};
}

const never = () => false;

const secret: Rule = {
	code: "reserved-name",
	must: "must not be in the file: it is a secret of the counters",
	fix: "set it with the option of `deploy`; for development it is in `.dev.vars`",
	holds: never,
};

/** By the path of a value; `[]` stands for each entry of a list. */
export const RULES: Readonly<Record<string, Rule>> = {
	"observability.head_sampling_rate": rate,
	"observability.logs.head_sampling_rate": rate,
	"observability.traces.head_sampling_rate": rate,
	"limits.cpu_ms": atLeastOne,
	"limits.subrequests": atLeastOne,
	"ratelimits[].simple.limit": atLeastOne,
	"ratelimits[].namespace_id": matches(/^\d+$/, "a whole number, in quotes"),
	"triggers.crons[]": matches(
		/^\S+( +\S+){4}$/,
		"five fields, such as `0 3 * * *`",
	),
	"r2_buckets[].bucket_name": matches(
		/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
		"3 to 63 lower-case letters, digits or dashes, with no dash at an end",
	),
	"workflows[].name": matches(
		/^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/,
		"1 to 64 letters, digits, `-` or `_`, not starting with a dash",
	),
	"routes[]": {
		code: "invalid-value",
		must: "must have a host alone as its `pattern`, without path or `*`, where `custom_domain` is true",
		holds: (value) =>
			!isValues(value) ||
			value.custom_domain !== true ||
			!/[/*]/.test(String(value.pattern)),
	},
	placement: {
		code: "invalid-value",
		must: "must have `mode: smart` where it has a `hint`",
		holds: (value) =>
			!isValues(value) || value.hint === undefined || value.mode === "smart",
	},
	[`vars.${ADMIN_SECRET}`]: secret,
	[`vars.${TOKEN_SECRET}`]: secret,
	"secrets.required[]": {
		code: "rendered-key",
		must: "must not be a token of the counters: it is required where `access` asks for it",
		fix: "leave it out",
		holds: (value) => ![ADMIN_SECRET, TOKEN_SECRET].includes(value as never),
	},
};

/** Texts under these are their user's own, and may be empty. */
export const FREE_KEYS: readonly string[] = ["vars", "define"];

/** A problem, and the path below `wrangler` that it is about. */
export interface StrictProblem {
	path: Path;
	problem: ConfigProblem;
}

/**
 * Finds what TOML cannot hold, and what wrangler or Cloudflare refuses although
 * wrangler's schema takes it.
 *
 * @param path below `wrangler`
 */
export function strictProblems(
	path: Path,
	value: unknown,
	source: Source,
): StrictProblem[] {
	const rule = valueRule(path, value) ?? RULES[dotted(path)];
	const own = rule && !rule.holds(value) ? [broken(rule, path, source)] : [];
	const inner =
		typeof value === "object" && value !== null ? Object.entries(value) : [];
	return [
		...own,
		...inner.flatMap(([key, one]) =>
			strictProblems(
				[...path, Array.isArray(value) ? Number(key) : key],
				one,
				source,
			),
		),
	];
}

function dotted(path: Path): string {
	return path
		.map((step) => (typeof step === "number" ? "[]" : `.${String(step)}`))
		.join("")
		.slice(1);
}

/** Chooses the rule that a value breaks wherever it stands. */
function valueRule(path: Path, value: unknown): Rule | undefined {
	if (value === null) return empty;
	if (typeof value === "number" && !Number.isFinite(value)) return notFinite;
	if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER)
		return notExact;
	return value === "" && !FREE_KEYS.includes(String(path[0]))
		? noText
		: undefined;
}

const empty: Rule = {
	code: "wrong-type",
	must: "must have a value: TOML knows no null",
	fix: "write one, or leave the key out",
	holds: never,
};

const notFinite: Rule = {
	code: "invalid-value",
	must: "must be a finite number",
	holds: never,
};

const notExact: Rule = {
	code: "out-of-bounds",
	must: "must lie within ±(2^53 − 1), past which numbers are not exact",
	fix: "put it in quotes, where a text will do",
	holds: never,
};

const noText: Rule = {
	code: "invalid-value",
	must: "must not be empty",
	fix: "leave it out",
	holds: never,
};

function broken(
	{ code, must, fix }: Rule,
	path: Path,
	source: Source,
): StrictProblem {
	const spot = source.locate(["wrangler", ...path]);
	const shown = isScalar(spot.value) && code !== "reserved-name";
	const tail = shown ? `; got ${got(spot.value, source)}` : "";
	return {
		path,
		problem: {
			code,
			what: `${labelOf(path)} ${must}${tail}`,
			...(fix !== undefined && { fix }),
			where: source.placeOfValue(spot),
		},
	};
}
