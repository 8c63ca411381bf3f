import {
	existsSync,
	globSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { pages, rendered } from "../../scripts/docs-parts.ts";
import { temporaryDirectory } from "../support/config.ts";
import { allHelp } from "../support/help.ts";
import { root } from "../support/project.ts";
import { runCli } from "../support/run.ts";

const help = await allHelp();

test.each(pages)("%s has what the code has: npm run docs", (one) => {
	expect(readFileSync(join(root, one), "utf8")).toBe(rendered(one));
});

test("README.md fits: 150 lines, 1,200 words", () => {
	const readme = readFileSync(join(root, "README.md"), "utf8");
	expect(readme.split("\n").length - 1).toBeLessThanOrEqual(150);
	expect(readme.trim().split(/\s+/).length).toBeLessThanOrEqual(1200);
});

test("CONTRIBUTING.md names files that are there", () => {
	const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
	const paths = [
		...text.matchAll(/`((?:cli|scripts|templates|test)\/[\w./-]+)`/g),
	].map(([, path = ""]) => path);
	expect(paths.length).toBeGreaterThan(40);
	expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([
		// It stands for any feature's name.
		"templates/runtime/NAME/",
	]);
});

test("CONTRIBUTING.md lists every room", () => {
	const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
	const rooms = ["cli", "templates", "templates/runtime"].flatMap((house) =>
		readdirSync(join(root, house), { withFileTypes: true })
			.filter((entry) => entry.isDirectory())
			.map(({ name }) => name),
	);
	for (const room of rooms)
		expect(text).toMatch(new RegExp(`^ .*\\b${room}/(  |$)`, "m"));
});

const documents = [
	"README.md",
	"CONTRIBUTING.md",
	"findings/README.md",
	...readdirSync(join(root, "docs"))
		.filter((name) => name.endsWith(".md"))
		.map((name) => `docs/${name}`),
];

/** Anchors that GitHub gives the headings of a page. */
function anchors(text: string): string[] {
	return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
		heading
			.toLowerCase()
			.replaceAll(/[^\w -]/g, "")
			.replaceAll(" ", "-"),
	);
}

test.each(documents)("%s links to nothing that is not there", (document) => {
	const text = readFileSync(join(root, document), "utf8");
	for (const [link, file, anchor] of text.matchAll(
		/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g,
	)) {
		const target = file
			? join(root, document, "..", file)
			: join(root, document);
		expect([link, existsSync(target)]).toEqual([link, true]);
		if (anchor) expect(anchors(readFileSync(target, "utf8"))).toContain(anchor);
	}
});

/** Commands of wrangler that are about an account, and about no Worker. */
const OF_ACCOUNT = /^npx --no -- wrangler (login|whoami)\b/;

/** Calls of npm, pnpm, Yarn and bun that run what is installed, and nothing else. */
const WAY = /(npx --no --|pnpm exec|yarn run|bun run) $/;

test.each([
	...documents,
	...globSync("{cli/**/*.ts,templates/**/*.{ts,hbs}}", { cwd: root }),
])("%s calls programs in the one way", (file) => {
	const text = readFileSync(join(root, file), "utf8");
	for (const [call] of text.matchAll(/\bnpx (?!vitest)[^`\n]*/g)) {
		expect(call).toMatch(/^npx --no -- /);
		if (/^npx --no -- wrangler/.test(call) && !OF_ACCOUNT.test(call))
			expect(call).toContain(" --config ");
	}
	if (!file.endsWith(".md")) return;
	const commands = help.map(({ command }) => command).join("|");
	const named = new RegExp(`(.*)\\bcounter-gen (${commands}|--\\w+)\\b`, "g");
	// A shell completes the bare word, on the PATH.
	for (const [, before, command] of text.matchAll(named))
		if (command !== "completion") expect(before).toMatch(WAY);
});

test.each(documents)("%s has YAML that can be read", (document) => {
	const text = readFileSync(join(root, document), "utf8");
	for (const [, block = ""] of text.matchAll(/```yaml\n(.*?)```/gs))
		for (const { errors } of parseAllDocuments(block))
			expect(errors).toEqual([]);
});

test.each(documents)(
	"%s shows whole configurations that are valid",
	async (document) => {
		const text = readFileSync(join(root, document), "utf8");
		for (const [, block = ""] of text.matchAll(/```yaml\n(.*?)```/gs)) {
			if (!/^version: 1$/m.test(block)) continue;
			const cwd = temporaryDirectory();
			writeFileSync(join(cwd, "counters.yaml"), block);
			const { status, stderr } = await runCli(["validate"], { cwd });
			expect({ status, stderr }).toEqual({
				status: 0,
				stderr: expect.any(String),
			});
		}
	},
);
