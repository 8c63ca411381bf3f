import { writeFileSync } from "node:fs";
import Handlebars from "handlebars";
import { compileOptions } from "./compile.ts";
import { readTexts, templatesDir } from "./templates.ts";

/**
 * Gives the built package its templates compiled: replaces what tsc made of
 * compile.ts. That spares every start a compiler, which was a quarter of it.
 */
const compiled = [...readTexts(templatesDir, ".hbs", "").values()].map(
	(text) =>
		`[${JSON.stringify(text)}, ${Handlebars.precompile(text, compileOptions)}]`,
);
writeFileSync(
	new URL("../../dist/generator/compile.js", import.meta.url),
	// Handlebars' own single file of what compiled templates need.
	`import Handlebars from "handlebars/dist/handlebars.runtime.js";
const templates = new Map([
${compiled.join(",\n")}
]);
export function compile(text) {
    return Handlebars.template(templates.get(text));
}
`,
);
