import { expect, test } from "vitest";
import { runCli } from "../support/run.ts";

const wrong: [argv: string[], what: string, fix: string][] = [
	[["generate", "--chek"], "unknown option '--chek'", "Did you mean --check?"],
	[["generat"], "unknown command 'generat'", "Did you mean generate?"],
	[["serve", "--port"], "option '--port <number>' argument missing", "--help"],
	[["load"], "missing required argument 'url'", "--help"],
	[["generate", "here"], "too many arguments", "--help"],
	[["validate", "--format", "xml"], "'xml' is invalid", "--help"],
	[["load", "x", "--by", "many"], "It takes a whole number", "--help"],
	[[], "unknown option '--json'", "--help"],
];

test.each(wrong)("with --json, %j is a diagnostic", async (argv, what, fix) => {
	// First: --port would take it for its value.
	const [command = [], ...rest] = argv;
	const { status, stdout, stderr } = await runCli([
		...[command].flat(),
		"--json",
		...rest,
	]);
	expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
	expect(JSON.parse(stdout)).toEqual({
		ok: false,
		diagnostics: [
			{
				code: "bad-usage",
				what: expect.stringContaining(what),
				fix: expect.stringContaining(fix),
			},
		],
		warnings: [],
	});
});

test.each(wrong.slice(0, -1))(
	"without, %j is said as text",
	async (argv, what) => {
		const { status, stdout, stderr } = await runCli(argv);
		expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
		expect(stderr).toContain(what);
	},
);

test("without a command, the commands are listed", async () => {
	const { status, stdout, stderr } = await runCli([]);
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
	expect(stderr).toContain("Usage: counter-gen");
});

test.each([
	["validate", "--format", "json", "--chek"],
	["validate", "--format=json", "--chek"],
])("%s %s asks for JSON, too", async (...argv) => {
	const { stdout } = await runCli(argv);
	expect(JSON.parse(stdout)).toMatchObject({ ok: false });
});

test("a --json after -- is for another program", async () => {
	const { stdout, stderr } = await runCli(["dev", "--prot", "--", "--json"]);
	expect(stdout).toBe("");
	expect(stderr).toContain("unknown option '--prot'");
});

test("help that was asked for stays text", async () => {
	const { status, stdout } = await runCli(["load", "--json", "--help"]);
	expect(status).toBe(0);
	expect(stdout).toMatch(/^Usage: counter-gen load/);
});
