import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reservedClassNames } from "../../../cli/config/schema.ts";

const runtime = join(import.meta.dirname, "../../../templates/runtime");

test("no namespace can take the name of a class of the runtime", () => {
	const classes = readdirSync(runtime)
		.filter((name) => name.endsWith(".ts"))
		.flatMap((name) => [
			...readFileSync(join(runtime, name), "utf8").matchAll(
				/^export (?:abstract )?class (\w+)/gm,
			),
		])
		.map(([, name = ""]) => name);
	expect(classes).toContain("CounterDurableObject");
	expect(classes.filter((name) => !reservedClassNames.has(name))).toEqual([]);
});
