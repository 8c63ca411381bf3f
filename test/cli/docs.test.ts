import {
	existsSync,
	globSync,
	readdirSync,
	readFileSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { pages, rendered } from "../../scripts/docs.ts";
import { answers, readAnswer } from "../support/answers.ts";
import { temporaryDirectory } from "../support/config.ts";
import { allHelp } from "../support/help.ts";
import { root } from "../support/project.ts";
import { runCli } from "../support/run.ts";
import { CounterServer } from "./load/counter-server.ts";

const page = readFileSync(join(root, "docs/cli.md"), "utf8");
const help = await allHelp();

/** A section of the page by its heading. */
function section(heading: string): string {
	return (
		page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? ""
	);
}

/** Options that have a row in a table. */
function documented(heading: string): string[] {
	const rows = section(heading).matchAll(/^\| `(--[\w-]+)/gm);
	return [...rows].map(([, option = ""]) => option);
}

/** A workflow as GitHub reads it, as far as it matters here. */
interface Workflow {
	jobs: Record<string, { steps: { run?: string }[] }>;
}

describe("docs/cli.md", () => {
	const shared = documented("Every command");

	test.each(help)("lists $command with every option", (one) => {
		const { command, options, examples } = one;
		const own = options.filter((option) => !shared.includes(option));
		expect(documented(command).toSorted()).toEqual(own.toSorted());
		const common = shared.filter((option) => option !== "--config");
		expect(options).toEqual(expect.arrayContaining(common));
		for (const example of examples)
			expect(section(command)).toContain(
				example.replace(/^counter-gen/, "npx --no -- counter-gen"),
			);
		expect(page).toContain(`\n| [${command}](#${command}) | `);
	});

	test.each(Object.entries(answers))("shows the keys of %s", (name, schema) => {
		const block = new RegExp(
			`^interface ${name}( extends Answer)? \\{\n(.*?)\n\\}`,
			"ms",
		);
		const [, isAnswer, body = ""] = block.exec(page) ?? [];
		const keys = [...body.matchAll(/^\t(\w+)(\??):/gm)];
		const shown = keys.map(([, key, mark]) => `${key}${mark}`);
		const promised = Object.entries(schema.shape)
			.filter(([key]) => !isAnswer || !(key in answers.Answer.shape))
			.map(
				([key, value]) => key + (value.safeParse(undefined).success ? "?" : ""),
			);
		expect(shown).toEqual(promised);
	});

	test("uses real commands and options in its workflow", () => {
		const text = /```yaml\n(.*?)```/s.exec(section("GitHub Actions"))?.[1];
		const { jobs }: Workflow = parse(text ?? "");
		const lines = Object.values(jobs)
			.flatMap(({ steps }) => steps.map(({ run = "" }) => run))
			.filter((run) => run.startsWith("npx --no -- counter-gen "));
		expect(lines.length).toBeGreaterThanOrEqual(3);
		for (const one of help)
			for (const line of lines.filter((run) =>
				run.startsWith(`npx --no -- counter-gen ${one.command} `),
			))
				expect(one.options).toEqual(
					expect.arrayContaining(line.match(/--(?!no )[a-z][a-z-]*/g) ?? []),
				);
	});
});

test.each(pages)("%s has what the code has: npm run docs", (one) => {
	expect(readFileSync(join(root, one), "utf8")).toBe(rendered(one));
});

test("README.md fits: 150 lines, 1,200 words", () => {
	const readme = readFileSync(join(root, "README.md"), "utf8");
	expect(readme.split("\n").length - 1).toBeLessThanOrEqual(150);
	expect(readme.trim().split(/\s+/).length).toBeLessThanOrEqual(1200);
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

describe("JSON", () => {
	const namespaces = "namespaces:\n  metrics: { shardCount: 31 }\n";

	function project(config = `version: 1\n${namespaces}`): { cwd: string } {
		const cwd = temporaryDirectory();
		writeFileSync(join(cwd, "counters.yaml"), config);
		return { cwd };
	}

	test("of validate is as documented", async () => {
		const { stdout } = await runCli(["validate", "--json"], project());
		const { ok, warnings } = readAnswer("Validated", stdout);
		expect(ok).toBe(true);
		expect(warnings).toHaveLength(1);
	});

	test("of generate, and of its checks, is as documented", async () => {
		const where = project();
		const answer = async (
			name: Parameters<typeof readAnswer>[0],
			option = "--quiet",
		) =>
			readAnswer(
				name,
				(await runCli(["generate", "--json", option], where)).stdout,
			);
		expect(await answer("Checked", "--check")).toMatchObject({ ok: false });
		const dryRun = await answer("Generated", "--dry-run");
		expect(dryRun).toMatchObject({ ok: true, dryRun: true });
		expect(await answer("Generated")).toEqual({ ...dryRun, dryRun: false });
		expect(await answer("Checked", "--check")).toMatchObject({ ok: true });
		writeFileSync(join(where.cwd, "generated/README.md"), "mine\n");
		expect(await answer("Generated", "--discard-edits")).toMatchObject({
			discarded: ["README.md"],
		});
	});

	test("of load is as documented", async () => {
		const { url } = await new CounterServer({ token: "token" }).start();
		const { stdout } = await runCli(
			["load", url, "--requests", "20", "--json"],
			{ env: { COUNTER_ADMIN_TOKEN: "token" } },
		);
		expect(readAnswer("Loaded", stdout)).toMatchObject({ acknowledged: 20 });
	});

	test.each([
		["validate", "--json", "--chek"],
		["validate", "--json", "--format", "text"],
		["generate", "--json", "--out", ""],
		["dev", "--json", "--port", "0"],
		["serve", "--json", "--port", "0"],
		["load", "--json", "ftp://localhost"],
		["export", "--json", "http://localhost"],
		["import", "--json", "ftp://localhost"],
		["status", "--json", "ftp://localhost"],
	])("of a failure of %s is as documented", async (...argv) => {
		const { status, stdout, stderr } = await runCli(argv, project());
		expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
		const { ok, diagnostics } = readAnswer("Answer", stdout);
		expect(ok).toBe(false);
		expect(diagnostics).toHaveLength(1);
	});

	test.each(["validate", "generate", "dev", "serve"])(
		"of a broken configuration is as documented for %s",
		async (command) => {
			const broken = project(namespaces);
			const { status, stdout } = await runCli([command, "--json"], broken);
			expect(status).toBe(2);
			expect(readAnswer("Answer", stdout).diagnostics).toMatchObject([
				{ code: "missing-key", where: { line: 1, column: 1 } },
			]);
		},
	);
});
