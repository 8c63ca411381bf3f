import { isScalar } from "yaml";
import type { z } from "zod";
import { defaultIdentity, type Identity, identity } from "./identity.ts";
import type { ConfigCode, ConfigProblem, ProblemParams } from "./problem.ts";
import {
	got,
	type Path,
	type Source,
	type Spot,
	withoutEnvironment,
} from "./source.ts";
import { unknownKey } from "./unknown-key.ts";

type Issue = z.core.$ZodIssue;

const codes: Readonly<Record<string, ConfigCode>> = {
	invalid_type: "wrong-type",
	invalid_union: "wrong-type",
	too_small: "out-of-bounds",
	too_big: "out-of-bounds",
};

/** Turns an issue of the schema into problems of the file, in its user's words. */
export function issueProblems(issue: Issue, source: Source): ConfigProblem[] {
	// Keys of namespaces are judged where namespaces are compared.
	if (issue.code === "invalid_key") return [];
	if (issue.code === "unrecognized_keys")
		return issue.keys.map((key) => unknownKey(issue.path, key, source));
	const entries = entryIssues(issue);
	return entries.length > 0
		? entries.flatMap((one) => issueProblems(one, source))
		: valueProblems(issue, source);
}

/** Finds the issues of a list's entries, if nothing else is wrong with the list. */
function entryIssues(issue: Issue): Issue[] {
	if (issue.code !== "invalid_union") return [];
	const ofEntries = issue.errors.find((option) =>
		option.every((one) => one.path.length > 0),
	);
	return (ofEntries ?? []).map((one) => ({
		...one,
		path: [...issue.path, ...one.path],
	}));
}

function valueProblems(issue: Issue, source: Source): ConfigProblem[] {
	const { path, message } = issue;
	const spot = source.locate(path);
	const label = labelOf(path);
	const named = fixFor(issue, spot, source);
	const fix = named === undefined ? {} : { fix: named };
	const extra: ProblemParams = (issue.code === "custom" && issue.params) || {};
	const code = extra.code ?? codes[issue.code ?? ""] ?? "invalid-value";

	const where = source.placeOfValue(spot);
	if (spot.ancestor) {
		const what = `${label} is missing: it ${message}`;
		return [{ code: "missing-key", what, ...fix, where }];
	}
	if (source.holdsUnfilled(spot)) return [];
	const shown = isScalar(spot.value) || code === "wrong-type";
	const tail = shown ? `; got ${got(spot.value, source)}` : "";
	// A reason or a fix may quote a value that came from the environment.
	const filled = spot.value && source.filled.has(spot.value);
	const more = filled ? {} : extra;
	return [{ ...fix, ...more, code, what: `${label} ${message}${tail}`, where }];
}

/** Names a path as its reader would, seen from the map around it. */
function labelOf(whole: Path): string {
	const path = whole.length > 2 ? withoutEnvironment(whole) : whole;
	const inside =
		path[0] === "namespaces" && path.length > 2
			? path.slice(2)
			: path[0] === "defaults" && path.length > 1
				? path.slice(1)
				: path;
	return typeof inside.at(-1) === "number"
		? `an entry of \`${inside.slice(0, -1).join(".")}\``
		: `\`${inside.join(".")}\``;
}

/** Fixes for the keys that a file cannot do without. */
const starters: Readonly<Record<string, string>> = {
	version: "write `version: 1`",
	namespaces: "add one, such as `namespaces: { visits: {} }`",
};

/** Guesses at the name that was meant by one that does not fit its rule. */
const meant: Partial<Record<keyof Identity, (text: string) => string>> = {
	class: (text) => defaultIdentity(text).class,
	binding: (text) => text.replaceAll(/[^A-Za-z0-9]+/g, "_"),
	mount: (text) => `/${text.split("/").filter(Boolean).join("/")}`,
};

/** Suggests a fix, where it is plain from what is written. */
export function fixFor(
	{ code, path }: z.core.$ZodIssue,
	{ value }: Spot,
	source: Source,
): string | undefined {
	const starter = starters[path.join(".")];
	if (starter) return starter;
	if (!isScalar(value)) return undefined;
	const quoted = value.type?.startsWith("QUOTE") ?? false;
	const plain = /^-?\d+$|^(true|false)$/.test(String(value.value));
	if (code === "invalid_type" && typeof value.value === "string" && plain) {
		if (value.tag) return "remove the tag";
		if (quoted) return "remove the quotes";
	}
	const field = withoutEnvironment(path)[2] as keyof Identity;
	if (code !== "invalid_format" || source.filled.has(value)) return undefined;
	const name = meant[field]?.(String(value.value));
	const fits = name !== undefined && identity[field].safeParse(name).success;
	return fits ? `write ${name}` : undefined;
}
