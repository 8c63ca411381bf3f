import { expect, test } from "vitest";
import { addIgnoreLines } from "../../../cli/init/ignore-lines.ts";

const wanted = "node_modules/\n.dev.vars\n";

test("Lines that a .gitignore lacks are added at its end, with its line ends", () => {
	expect(addIgnoreLines("dist", wanted, [])).toEqual({
		text: "dist\nnode_modules/\n.dev.vars\n",
		added: ["node_modules/", ".dev.vars"],
	});
	expect(addIgnoreLines("dist\r\n", wanted, []).text).toBe(
		"dist\r\nnode_modules/\r\n.dev.vars\r\n",
	);
});

test.each([
	"node_modules\n.dev.vars*\n",
	"/node_modules/\n**/.dev.vars\n",
	"# ours\r\nnode_modules/\r\n.dev.vars\r\n",
])("%j lacks nothing", (text) => {
	expect(addIgnoreLines(text, wanted, [])).toEqual({ text, added: [] });
});

test("What folders above ignore everywhere is ignored here, too", () => {
	const above = ["/.dev.vars\n", "node_modules\n"];
	expect(addIgnoreLines("", wanted, above).added).toEqual([".dev.vars"]);
});
