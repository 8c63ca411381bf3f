import { isValues, type Values } from "./merge.ts";
import type { ConfigProblem } from "./problem.ts";
import type { Source } from "./source.ts";

/** Keys that counter-gen renders itself or has no use for, with what to do instead. */
export const RENDERED: readonly (readonly [path: string, fix: string])[] = [
	["name", "set `worker.name`"],
	["main", "set `worker.main`"],
	["compatibility_date", "set `worker.compatibilityDate`"],
	["observability.enabled", "set `worker.observability`"],
	["env", "override keys under `environments`"],
	["migrations", "leave it out: classes are declared in `exports`"],
	["route", "write a list, `routes`"],
	["dev.port", "use the option `--port` of `dev`"],
	["dev.ip", "use the option `--host` of `dev`"],
	["$schema", "leave it out: it is for editors of a wrangler.json"],
	["pages_build_output_dir", "leave it out: this is no Pages project"],
];

/** Refuses these keys where they stand. */
export function renderedProblems(
	wrangler: Values,
	source: Source,
): ConfigProblem[] {
	return RENDERED.flatMap(([dotted, fix]): ConfigProblem[] => {
		const path = dotted.split(".");
		const value = path.reduce<unknown>(
			(inner, step) => (isValues(inner) ? inner[step] : undefined),
			wrangler,
		);
		if (value === undefined) return [];
		return [
			{
				code: "rendered-key",
				what: `\`wrangler.${dotted}\` cannot be set here`,
				fix,
				where: source.placeOfKey(source.locate(["wrangler", ...path])),
			},
		];
	});
}
