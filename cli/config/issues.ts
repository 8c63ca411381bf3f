import { isScalar } from "yaml";
import type { z } from "zod";
import type { ConfigCode, ConfigProblem, ProblemParams } from "./codes.ts";
import { fixFor } from "./fixes.ts";
import { got } from "./got.ts";
import { type Path, type Source, withoutEnvironment } from "./source.ts";
import { unknownKey } from "./unknown-key.ts";

type Issue = z.core.$ZodIssue;

const codes: Readonly<Record<string, ConfigCode>> = {
	invalid_type: "wrong-type",
	invalid_union: "wrong-type",
	too_small: "out-of-bounds",
	too_big: "out-of-bounds",
};

/** One issue of the schema as problems of the file, in its user's words. */
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

/** What is wrong with a list's entries, if nothing else is with the list. */
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

/** A path as its reader would name it, seen from the map it stands in. */
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
