import Handlebars from "handlebars";

/** Templates hold names and tables only; values go through helpers. */
export const compileOptions: Parameters<typeof Handlebars.compile>[1] = {
	strict: true,
	noEscape: true,
	knownHelpersOnly: true,
	knownHelpers: { ts: true, capnp: true },
};

/**
 * Compiles a template of this package. In the built package all are compiled
 * already; see scripts/build.ts.
 */
export function compile(text: string): Handlebars.TemplateDelegate<object> {
	return Handlebars.compile(text, compileOptions);
}
