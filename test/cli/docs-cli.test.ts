import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
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

describe("JSON", () => {
	const namespaces = "namespaces:\n  metrics: { shardCount: 33 }\n";

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
