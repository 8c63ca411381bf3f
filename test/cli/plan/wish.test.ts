import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { readAnswer } from "../../support/answers.ts";
import { temporaryDirectory } from "../../support/config.ts";
import { runCli } from "../../support/run.ts";

function project(yaml: string): { cwd: string } {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "counters.yaml"), yaml);
	return { cwd };
}

const plain = "version: 1\nnamespaces:\n  a: {}\n  b: { shardCount: 7 }\n";

/** Chooses; then plans for what is printed, pasted. */
async function chosen(...argv: string[]) {
	const first = await runCli(["plan", ...argv], project(plain));
	const [, yaml = ""] = /^(namespaces:\n.*)$/ms.exec(first.stdout) ?? [];
	const where = project(`version: 1\n${yaml}`);
	const load = argv.slice(
		0,
		argv.findIndex((one) => /^--(max|budget|free)/.test(one)),
	);
	const { stdout } = await runCli(["plan", "--json", ...load], where);
	const [plan] = readAnswer("Costed", stdout).plans;
	if (!plan) throw new Error(stdout);
	return { ...first, yaml: parse(yaml), plan };
}

const worst = (plan: Awaited<ReturnType<typeof chosen>>["plan"]) =>
	Math.max(
		...plan.namespaces.map((one) => one.lagSeconds?.kv.worst ?? Infinity),
	);

test("what is printed keeps the lag and the budget, once it is pasted", async () => {
	const { status, yaml, plan } = await chosen(
		"--rate",
		"4",
		"--peak",
		"900",
		"--max-staleness",
		"12s",
		"--budget",
		"25",
	);
	expect(status).toBe(0);
	expect(worst(plan)).toBeLessThanOrEqual(12);
	expect(plan.dollars).toBeLessThanOrEqual(25);
	// 900 a second are more than half of what one shard is good for.
	expect(yaml.namespaces.b.shardCount).toBe(2);
	expect(plan.namespaces.every(({ keepsUp }) => keepsUp)).toBe(true);
});

test("the freshest that the Free plan takes is what is asked for without a lag", async () => {
	const { status, plan, stdout } = await chosen("--rate", "0.1", "--free");
	expect(status).toBe(0);
	expect(plan.free.holds).toBe(true);
	expect(stdout).toContain("The Free plan holds this, day and night.");
});

test("a wish that is out of reach is named, and the nearest that is not is shown", async () => {
	const { status, stderr, plan } = await chosen(
		"--rate",
		"0.1",
		"--max-staleness",
		"20s",
		"--free",
	);
	expect(status).toBe(1);
	expect(stderr).toContain(
		"[out-of-reach] a lag of 20.0 s at worst is out of reach on the Free plan",
	);
	const [, seconds] =
		/--max-staleness (\d+)s, which is shown/.exec(stderr) ?? [];
	expect(plan.free.holds).toBe(true);
	expect(worst(plan)).toBeLessThanOrEqual(Number(seconds));
	expect(worst(plan)).toBeGreaterThan(20);
});

test("where no thresholds suffice, it says what does", async () => {
	const { status, stderr } = await chosen("--rate", "100", "--budget", "20");
	expect(status).toBe(1);
	const [, dollars = ""] = /or take --budget (\d+)/.exec(stderr) ?? [];
	const enough = await chosen("--rate", "100", "--budget", dollars);
	expect(enough.status).toBe(0);
	expect(enough.plan.dollars).toBeLessThanOrEqual(Number(dollars));
});

test("KV's pace is named where less is asked for", async () => {
	const { status, stderr } = await chosen(
		"--rate",
		"1",
		"--max-staleness",
		"500ms",
	);
	expect(status).toBe(1);
	expect(stderr).toContain("totals in KV lag by 1.2 s at the least");
});

test.each([
	[["--max-staleness", "10s"], "give --rate"],
	[["--rate", "1", "--free", "--budget", "5"], "--free costs nothing"],
	[["--rate", "1", "--max-staleness", "soon"], "It takes a time"],
	[["--rate", "1", "--budget", "-3"], "It takes US dollars"],
])("%j is refused", async (argv, reason) => {
	const { status, stdout, stderr } = await runCli(
		["plan", ...argv],
		project(plain),
	);
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
	expect(stderr).toContain(reason);
});
