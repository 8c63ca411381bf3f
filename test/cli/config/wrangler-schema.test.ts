import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../../cli/config/load.ts";
import { problemsOf, temporaryDirectory } from "../../support/config.ts";

/** A folder with a configuration, and with a wrangler that has these files. */
function withWrangler(wrangler: object, files: Record<string, object>): string {
	const cwd = temporaryDirectory();
	const folder = join(cwd, "node_modules/wrangler");
	mkdirSync(folder, { recursive: true });
	for (const [name, content] of Object.entries({
		"package.json": {},
		...files,
	}))
		writeFileSync(join(folder, name), JSON.stringify(content));
	const file = { version: 1, namespaces: { a: {} }, wrangler };
	writeFileSync(join(cwd, "counters.yaml"), JSON.stringify(file));
	return cwd;
}

const load = (cwd: string) => loadConfig("counters.yaml", { cwd, env: {} });

/** A schema that knows one key, with any value. */
const schema = {
	definitions: { RawConfig: { type: "object", properties: { novelty: {} } } },
};

describe("the keys under `wrangler`", () => {
	test("are those of the wrangler that the project has", async () => {
		const files = { "config-schema.json": schema };
		const { config } = await load(withWrangler({ novelty: [1] }, files));
		expect(config.wrangler).toEqual({ novelty: [1] });
		expect(
			await problemsOf(load(withWrangler({ vars: {} }, files))),
		).toMatchObject([{ code: "unknown-key" }]);
	});

	test("are those of this package's wrangler where the project has none", async () => {
		const cwd = temporaryDirectory();
		const file = { version: 1, namespaces: { a: {} }, wrangler: { vars: {} } };
		writeFileSync(join(cwd, "counters.yaml"), JSON.stringify(file));
		expect((await load(cwd)).config.wrangler).toEqual({ vars: {} });
	});

	test("need a wrangler with a schema", async () => {
		const old = withWrangler({ vars: {} }, {});
		const [problem] = await problemsOf(load(old));
		expect(problem).toMatchObject({
			code: "package-missing",
			fix: "Add wrangler to the devDependencies of your project, and install.",
		});
		expect(problem?.what).toContain(old);
	});

	test("need none where there are none", async () => {
		const { config } = await load(withWrangler({}, {}));
		expect(config.wrangler).toEqual({});
	});
});
