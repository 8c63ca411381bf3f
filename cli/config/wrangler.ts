import type { Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Source } from "./source.ts";
import { strictProblems } from "./wrangler-beyond-schema.ts";
import { findingProblems, strangerProblem } from "./wrangler-messages.ts";
import { RENDERED, renderedProblems } from "./wrangler-rendered.ts";
import type { Level, WranglerSchema } from "./wrangler-schema.ts";

/**
 * Checks what stands under `wrangler`, for the top level or an environment with
 * all that it has from the top level.
 *
 * @returns the problems, and the keys that go into this part of wrangler.toml
 */
export function checkWrangler(
	wrangler: Values,
	schema: WranglerSchema,
	source: Source,
	environment?: string,
): { problems: ConfigProblem[]; wrangler: Values } {
	const level: Level = environment ? "RawEnvironment" : "RawConfig";
	const problems: ConfigProblem[] = renderedProblems(wrangler, source);
	const refused = new Set(RENDERED.map(([path]) => path));
	const known = schema.keys(level).filter((key) => !refused.has(key));
	const kept: Values = {};
	for (const [key, value] of Object.entries(wrangler)) {
		if (refused.has(key)) continue;
		if (known.includes(key)) {
			kept[key] = value;
			problems.push(...keyProblems(schema, level, key, value, source));
		} else if (!schema.keys("RawConfig").includes(key))
			problems.push(strangerProblem([], key, known, source));
		else if (environment && isOwn(source, environment, key))
			problems.push({
				code: "unknown-key",
				what: `\`wrangler.${key}\` cannot stand in an environment: wrangler has it once, for all of them`,
				fix: "move it to the top level of the file",
				where: source.placeOfKey(source.locate(["wrangler", key])),
			});
	}
	return { problems, wrangler: kept };
}

/** Tells whether an environment itself has a key under `wrangler`. */
function isOwn(source: Source, environment: string, key: string): boolean {
	const path = ["environments", environment, "wrangler", key];
	return !source.locate(path).ancestor;
}

function keyProblems(
	schema: WranglerSchema,
	level: Level,
	key: string,
	value: unknown,
	source: Source,
): ConfigProblem[] {
	const strict = strictProblems([key], value, source);
	const reported = new Set(strict.map(({ path }) => path.join("\n")));
	const findings = schema
		.findings(level, key, value)
		.map((one) => ({ ...one, path: [key, ...one.path] }))
		.filter(({ path }) => !reported.has(path.join("\n")));
	return [
		...strict.map(({ problem }) => problem),
		...findings.flatMap((one) => findingProblems(one, source)),
	];
}
