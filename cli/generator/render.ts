import { openApi } from "../openapi/document.ts";
import { jsonText } from "../openapi/text.ts";
import { clientOf } from "./client.ts";
import { compile } from "./compile.ts";
import type { Model } from "./model.ts";
import { byName, type Rendered } from "./rendered.ts";
import type { Templates } from "./templates.ts";
import { toTypeScript } from "./typescript.ts";
import { wranglerToml } from "./wrangler-toml.ts";

const helpers = { ts: toTypeScript };

/** Renders a project: the same bytes for the same model, and nothing else. */
export function render(model: Model, templates: Templates): Rendered {
	const files = new Map([["wrangler.toml", wranglerToml(model)]]);
	for (const [path, text] of templates.project)
		files.set(path, compile(text)(model, { helpers }));
	const perWorker = [...templates.worker].map(
		([path, text]) => [path, compile(text)] as const,
	);
	for (const worker of model.workers) {
		files.set(worker.openApi, jsonText(openApi(worker, model.header)));
		const client = clientOf(worker.namespaces, templates.client);
		for (const [path, template] of perWorker)
			files.set(
				`${worker.dir}/${path}`,
				template({ ...model, ...worker, client }, { helpers }),
			);
	}
	if (model.workers.some(({ worker }) => worker.runtime === "copied"))
		for (const [path, text] of templates.runtime)
			files.set(
				`src/runtime/${path}`,
				`// ${model.header}\n\n${withoutTsEndings(text)}`,
			);
	return new Map([...files].sort(([a], [b]) => byName(a, b)));
}

/**
 * Names the modules that a file imports as compiled ones: a program that checks
 * the file then needs no `allowImportingTsExtensions`.
 */
function withoutTsEndings(code: string): string {
	return code.replaceAll(/( from "\.[^"]*)\.ts";$/gm, '$1.js";');
}
