import { expect, test } from "vitest";
import type { Diagnostic } from "../../../cli/errors.ts";
import { workflowCommand } from "../../../cli/ui/github.ts";

const io = { cwd: "/repo/eu", env: {} };

test("a place, the code, the problem, why and fix become an annotation", () => {
	const problem: Diagnostic = {
		code: "not-unique",
		what: "both are /a",
		why: "a path means one thing",
		fix: "move one",
		where: { file: "counters.yaml", line: 4, column: 17, frame: "> 4 |" },
	};
	expect(workflowCommand(problem, "error", io)).toBe(
		"::error file=counters.yaml,line=4,col=17,title=not-unique::both are /a%0Awhy: a path means one thing%0Afix: move one",
	);
	expect(workflowCommand(problem, "warning", io)).toMatch(/^::warning file=/);
});

test("what would end a property or a message is escaped", () => {
	const where = { file: "a:b,c%2C\r\n.yaml" };
	expect(
		workflowCommand(
			{ code: "empty-file", what: "100%0A, a::b\r\nc", where },
			"error",
			io,
		),
	).toBe(
		"::error file=a%3Ab%2Cc%252C%0D%0A.yaml,title=empty-file::100%250A, a::b%0D%0Ac",
	);
});

test("a problem without a place has none", () => {
	expect(workflowCommand({ code: "bad-usage", what: "no" }, "error", io)).toBe(
		"::error title=bad-usage::no",
	);
});

test.each([
	["/repo", "counters.yaml", "eu/counters.yaml"],
	["/repo", "../us.yaml", "us.yaml"],
	["/repo", "/elsewhere/us.yaml", "/elsewhere/us.yaml"],
	["/other", "counters.yaml", "counters.yaml"],
])(
	"in the checkout %s, the file %s is called %s",
	(GITHUB_WORKSPACE, file, name) => {
		const command = workflowCommand(
			{ code: "empty-file", what: "empty", where: { file } },
			"error",
			{ ...io, env: { GITHUB_WORKSPACE } },
		);
		expect(command).toContain(`file=${name},title`);
	},
);
