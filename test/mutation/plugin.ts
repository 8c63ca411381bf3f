import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { SampleChecker } from "./checker.ts";
import { ProgressReporter } from "./progress.ts";

// By these two names the tool finds what a plugin brings.
export const strykerPlugins = [
	declareClassPlugin(PluginKind.Checker, "sample", SampleChecker),
	declareClassPlugin(PluginKind.Reporter, "lines", ProgressReporter),
];
export const strykerValidationSchema = {
	properties: { sample: { type: "array", items: { type: "string" } } },
};
