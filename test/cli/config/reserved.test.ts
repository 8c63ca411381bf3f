import { expect, test } from "vitest";
import { reservedClassNames } from "../../../cli/config/schema.ts";
import { readTemplates } from "../../../cli/generator/templates.ts";

test("no namespace can take the name of a class of the runtime", () => {
	const classes = [...readTemplates().runtime.values()]
		.flatMap((text) => [
			...text.matchAll(/^export (?:abstract )?class (\w+)/gm),
		])
		.map(([, name = ""]) => name);
	expect(classes).toContain("CounterDurableObject");
	expect(classes).toContain("ShardStorage");
	expect(classes.filter((name) => !reservedClassNames.has(name))).toEqual([]);
});
