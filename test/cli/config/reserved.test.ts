import { expect, test } from "vitest";
import { toModel } from "../../../cli/generator/model.ts";
import { render } from "../../../cli/generator/render.ts";
import { readTemplates } from "../../../cli/generator/templates.ts";
import { loadContent, problemsOf } from "../../support/config.ts";

const file = (className: string) => `
version: 1
defaults: { methods: [GET, POST], bots: ignore, rateLimit: { limit: 1, period: 10 } }
namespaces: { a: { class: ${className} } }
`;

test("no class can take a name that the generated modules use", async () => {
	const config = await loadContent(file("Own"));
	const top = {
		config,
		histories: {},
		changes: [],
		deletions: [],
		dropped: [],
		lost: [],
	};
	const files = render(toModel("counters.yaml", "..", top), readTemplates());
	const code = `${files.get("src/counters.ts")}${files.get("src/index.ts")}`
		.replaceAll(/ = \/.*$/gm, "")
		.replaceAll(/"[^"]*"|\/\*.*?\*\/|\/\/[^\n]*/gs, "");
	// Leaves out bindings: they are in capitals, as is BOTS, which is none.
	const names = (code.match(/\b[A-Z]\w*\b/g) ?? []).filter(
		(name) => name !== "Own" && (name === "BOTS" || /[a-z]/.test(name)),
	);
	expect(names).toContain("CounterDurableObject");
	expect(names).toContain("BOTS");
	expect(names).toContain("RateLimit");
	expect(names).toContain("Counters");
	for (const name of new Set(names))
		expect(await problemsOf(loadContent(file(name)))).toMatchObject([
			{ code: "reserved-name" },
		]);
});

test.each(["Object", "Promise", "Request", "ShardRole", "Publisher"])(
	"a class may be called %s: the modules mean no other by it",
	async (name) => {
		const { namespaces } = await loadContent(file(name));
		expect(namespaces[0]?.class).toBe(name);
	},
);
