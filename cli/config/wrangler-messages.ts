import { nearest } from "./nearest.ts";
import type { ConfigProblem } from "./problem.ts";
import { clip, got, type Path, type Source } from "./source.ts";
import type { Finding } from "./wrangler-finding.ts";

/** Puts a finding of wrangler's schema into words. */
export function findingProblems(
	finding: Finding,
	source: Source,
): ConfigProblem[] {
	const { path } = finding;
	const spot = source.locate(["wrangler", ...path]);
	if (source.holdsUnfilled(spot)) return [];
	const label = labelOf(path);
	const where = source.placeOfValue(spot);
	const written = got(spot.value, source);
	switch (finding.kind) {
		case "unknown":
			return [strangerProblem(path, finding.key, finding.known, source)];
		case "missing": {
			const keys = finding.keys.map((key) => `\`${key}\``).join(" or ");
			return [
				{
					code: "missing-key",
					what: `${label} lacks ${keys}`,
					fix: finding.keys.length > 1 ? "add one of them" : `add ${keys}`,
					where,
				},
			];
		}
		case "type":
			return [
				{
					code: "wrong-type",
					what: `${label} must be ${either(finding.types.map((type) => KINDS[type] ?? type))}; got ${written}`,
					...quotes(finding.types, spot.value, source),
					where,
				},
			];
		case "choice": {
			const texts = finding.choices.filter((one) => typeof one === "string");
			const near =
				texts.length === 0 || source.filled.has(spot.value as never)
					? undefined
					: nearest(written, texts);
			return [
				{
					code: "invalid-value",
					what: `${label} must be ${either(finding.choices.map(String))}; got ${written}`,
					...(near !== undefined && { fix: `did you mean \`${near}\`?` }),
					where,
				},
			];
		}
		case "other":
			return [
				{
					code: "invalid-value",
					what: `${label} ${finding.message}; got ${written}`,
					where,
				},
			];
	}
}

const KINDS: Readonly<Record<string, string>> = {
	string: "text",
	number: "a number",
	integer: "a whole number",
	boolean: "true or false",
	array: "a list",
	object: "a map",
};

/** Suggests quotes for a text without them, or none for a number with them. */
function quotes(
	types: readonly string[],
	value: unknown,
	source: Source,
): Pick<ConfigProblem, "fix"> {
	const { value: plain } = (value ?? {}) as { value?: unknown };
	if (types.includes("string") && /number|boolean/.test(typeof plain))
		return { fix: "put it in quotes" };
	const meant = types.includes("boolean")
		? /^(true|false)$/
		: types.some((type) => ["number", "integer"].includes(type))
			? /^-?\d+(\.\d+)?$/
			: undefined;
	return typeof plain === "string" &&
		meant?.test(plain) &&
		!source.filled.has(value as never)
		? { fix: "remove the quotes" }
		: {};
}

/** Reports a key that a map under `wrangler` does not have. */
export function strangerProblem(
	path: Path,
	key: string,
	known: readonly string[],
	source: Source,
): ConfigProblem {
	const near = nearest(key, known);
	return {
		code: "unknown-key",
		what: `there is no key \`${clip(key)}\` in ${labelOf(path)}`,
		fix: near
			? `did you mean \`${near}\`?`
			: path.length === 0
				? "use a key that wrangler has: https://developers.cloudflare.com/workers/wrangler/configuration/"
				: `known keys here: ${known.join(", ")}`,
		where: source.placeOfKey(source.locate(["wrangler", ...path, key])),
	};
}

/** Names a path below `wrangler` as its reader would. */
export function labelOf(path: Path): string {
	const isIndex = (step: PropertyKey) => /^\d+$/.test(String(step));
	const label = `\`${["wrangler", ...path.filter((step) => !isIndex(step))].map(String).join(".")}\``;
	return isIndex(path.at(-1) ?? "") ? `an entry of ${label}` : label;
}

function either(words: readonly string[]): string {
	return new Set(words).size > 1
		? `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`
		: (words[0] ?? "");
}
