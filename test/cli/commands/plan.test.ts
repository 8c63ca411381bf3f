import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pricesComplaint } from "../../../scripts/prices-read.ts";
import { readAnswer } from "../../support/answers.ts";
import { temporaryDirectory } from "../../support/config.ts";
import { root } from "../../support/project.ts";
import { runCli } from "../../support/run.ts";

const page = readFileSync(join(root, "docs/planning.md"), "utf8");

function project(namespaces: string): { cwd: string } {
	const cwd = temporaryDirectory();
	writeFileSync(
		join(cwd, "counters.yaml"),
		`version: 1\nnamespaces: ${namespaces}\n`,
	);
	return { cwd };
}

/** Plans as JSON; answers the only plan. */
async function planned(namespaces: string, ...argv: string[]) {
	const { stdout } = await runCli(
		["plan", "--json", ...argv],
		project(namespaces),
	);
	const answer = readAnswer("Costed", stdout);
	const [plan] = answer.plans;
	if (!plan) throw new Error(stdout);
	return { ...answer, plan };
}

const [, yaml = ""] = /```yaml\n(.*?)```/s.exec(page) ?? [];
const examples = [
	...page.matchAll(/\$ npx --no -- counter-gen (plan[^\n]*)\n(.*?)```/gs),
];

test("there are examples", () => expect(examples).toHaveLength(4));

test.each(examples.map((one) => [one]))(
	"%# docs/planning.md shows what the program prints",
	async ([, line = "", shown = ""]) => {
		const cwd = temporaryDirectory();
		writeFileSync(join(cwd, "counters.yaml"), yaml);
		const { stdout, stderr } = await runCli(line.split(" "), { cwd });
		// The last part is shown alone: a diagnostic, or YAML.
		if (shown.startsWith("…"))
			expect(stdout + stderr).toContain(`\n${shown.slice(2)}`);
		else expect(stdout).toBe(shown);
	},
);

test("README.md quotes the bill and the lag of 50 million page views", async () => {
	const { plan } = await planned(
		`{ views: { names: "^/[A-Za-z0-9/_.-]{0,127}$" } }`,
		"--rate",
		"50M/month",
	);
	const readme = readFileSync(join(root, "README.md"), "utf8");
	const lag = plan.namespaces[0]?.lagSeconds?.kv.worst?.toFixed(1);
	expect(readme).toContain(
		`\`plan --rate 50M/month\` says, Cloudflare charges $${plan.dollars.toFixed(2)} and public totals lag by ${lag} s at worst`,
	);
});

test("a rate is of the namespaces that it names", async () => {
	const { plan } = await planned(
		"{ a: {}, b: { names: [x, y] }, c: {} }",
		"--rate",
		"a=2,b=86400/day",
		"--counters",
		"a=7",
		"--reads",
		"3",
	);
	expect(
		plan.namespaces.map(({ namespace, load, lagSeconds }) => [
			namespace,
			load.rate,
			load.counters,
			lagSeconds === undefined,
		]),
	).toEqual([
		["a", 2, 7, false],
		["b", 1, 2, false],
		["c", 0, 1_000, true],
	]);
	const [, , idle] = plan.namespaces;
	expect(idle?.month).toMatchObject({
		workerRequests: 7_776_000,
		rowsWritten: 0,
	});
});

test("what falls behind is a finding, and what it advises suffices", async () => {
	const busy = "{ a: { shardCount: 64, shardMinRequestToGlobal: 1 } }";
	const args = ["--rate", "100", "--peak", "2000"];
	const { stdout, status } = await runCli(
		["plan", "--json", ...args],
		project(busy),
	);
	const { ok, diagnostics } = readAnswer("Costed", stdout);
	expect({ ok, status }).toEqual({ ok: false, status: 1 });
	expect(diagnostics.map(({ code }) => code)).toEqual(["falls-behind"]);
	const [, requests] =
		/`shardMinRequestToGlobal` to at least (\d+)/.exec(
			diagnostics[0]?.fix ?? "",
		) ?? [];
	const mended = await runCli(
		["plan", ...args],
		project(`{ a: { shardCount: 64, shardMinRequestToGlobal: ${requests} } }`),
	);
	expect(mended.status).toBe(0);
	const less = await runCli(
		["plan", ...args],
		project(
			`{ a: { shardCount: 64, shardMinRequestToGlobal: ${Number(requests) - 1} } }`,
		),
	);
	expect(less.status).toBe(1);
	expect(less.stderr).toContain("the global object has to take");
});

test("shards that borrow from limits are work of the global object, and fewer of them are less", async () => {
	const args = ["--rate", "10", "--peak", "2000"];
	const limited = (shardCount: number) =>
		project(
			`{ a: { shardCount: ${shardCount}, total: { max: 100, per: month } } }`,
		);
	const { stdout, status } = await runCli(
		["plan", "--json", ...args],
		limited(16),
	);
	const { diagnostics } = readAnswer("Costed", stdout);
	expect(status).toBe(1);
	expect(diagnostics.map(({ code }) => code)).toEqual(["falls-behind"]);
	expect(diagnostics[0]?.what).toContain("shards borrow from limits");
	const [, shards] =
		/^set `shardCount` to at most (\d+)$/.exec(diagnostics[0]?.fix ?? "") ?? [];
	const enough = await runCli(["plan", ...args], limited(Number(shards)));
	expect(enough.status).toBe(0);
	const more = await runCli(["plan", ...args], limited(Number(shards) + 1));
	expect(more.status).toBe(1);

	// No shards that can take the peak borrow seldom enough.
	const peak = await runCli(
		["plan", "--rate", "10", "--peak", "9000"],
		limited(16),
	);
	expect(peak.stderr).toContain("divide its counters among several namespaces");
});

test("more counters than there is room for are a finding", async () => {
	const { status, stderr } = await runCli(
		["plan", "--rate", "1", "--counters", "20k"],
		project("{ a: {} }"),
	);
	expect(status).toBe(1);
	expect(stderr).toContain("[too-few-counters]");
	expect(stderr).toContain("`maxCounters` to at least 20,000");
});

test("viewers cost pushes, and are those of namespaces with /live", async () => {
	const watched = "{ a: { live: true }, b: {} }";
	const args = ["--rate", "10", "--viewers", "100"];
	const { plan } = await planned(watched, ...args);
	const [a, b] = plan.namespaces;
	expect(a?.load.viewers).toBe(100);
	expect(b?.load.viewers).toBe(0);
	expect(b?.lagSeconds?.live).toBe(undefined);
	// A push follows a flush within a second, and the call.
	const { global, live } = a?.lagSeconds ?? {};
	expect((live?.worst ?? 0) - (global?.worst ?? 0)).toBeCloseTo(1.015, 9);
	const [without] = (await planned(watched, "--rate", "10")).plan.namespaces;
	const more = (line: string) =>
		(a?.month[line] ?? 0) - (without?.month[line] ?? 0);
	// A viewer stays five minutes; two rows, at the most, for a push of 0.4 a second.
	expect(more("workerRequests")).toBeCloseTo((100 / 300) * 2_592_000, 3);
	expect(more("rowsWritten") / 2_592_000).toBeGreaterThan(0.6);
	expect(more("rowsWritten") / 2_592_000).toBeLessThan(0.8);
	expect(more("objectDuration")).toBeGreaterThan(0);
});

test("more viewers than live objects hold are a finding, and what it advises suffices", async () => {
	const args = ["plan", "--rate", "1", "--viewers", "25k"];
	const few = await runCli(args, project("{ a: { live: { objects: 2 } } }"));
	expect(few.status).toBe(1);
	expect(few.stderr).toContain("there are 25,000 viewers, and room for 20,000");
	expect(few.stderr).toContain("set `live.objects` to at least 3");
	const enough = await runCli(args, project("{ a: { live: { objects: 3 } } }"));
	expect(enough.status).toBe(0);
});

test("history costs rows and room; top only where totals are in pages", async () => {
	const month = async (keys: string, ...argv: string[]) => {
		const { plan } = await planned(`{ a: { ${keys} } }`, ...argv);
		return plan.namespaces[0]?.month as Record<string, number>;
	};
	const load = ["--rate", "100"];
	const plain = await month("", ...load);
	const past = await month("history: { hour: 7d, day: 400d }", ...load);
	expect(past.rowsWritten).toBeGreaterThan(plain.rowsWritten ?? 0);
	expect(past.objectStorage).toBeGreaterThan(plain.objectStorage ?? 0);
	expect(past.objectRequests).toBe(plain.objectRequests);
	const top = await month("top: 100", ...load);
	expect(top.rowsWritten).toBe(plain.rowsWritten);
	const many = ["--rate", "100", "--counters", "50k"];
	const paged = await month("maxCounters: 50000", ...many);
	const pagedTop = await month("maxCounters: 50000, top: 100", ...many);
	expect(pagedTop.rowsWritten).toBeGreaterThan(paged.rowsWritten ?? 0);
	expect(pagedTop.kvWrites).toBe(paged.kvWrites);
});

test("messages of a queue cost operations, come ten in a call, and have keys", async () => {
	const { plan } = await planned(
		"{ a: { queue: clicks }, b: {} }",
		"--rate",
		"20",
		"--keyed",
	);
	const [a, b] = plan.namespaces;
	expect([a?.load.isQueued, b?.load.isQueued]).toEqual([true, false]);
	const month = 20 * 2_592_000;
	expect(a?.month.queueOperations).toBe(3 * month);
	expect(b?.month.queueOperations).toBe(0);
	expect(a?.month.workerRequests).toBeCloseTo(month / 10, -3);
	expect(b?.month.workerRequests).toBe(month);
	// Those that come together share commits.
	expect(a?.month.rowsWritten).toBeLessThan(0.5 * (b?.month.rowsWritten ?? 0));
	const line = plan.month.find(({ line }) => line === "queueOperations");
	expect(line).toMatchObject({ included: 1_000_000, used: 3 * month });
	expect(line?.dollars).toBeCloseTo((155.52 - 1) * 0.4, 9);
	const unkeyed = await planned("{ a: { queue: clicks } }", "--rate", "20");
	expect(unkeyed.plan.namespaces[0]?.load.isKeyed).toBe(true);
});

test("keys of a queue's messages take room for as long as idempotencyWindow says", async () => {
	const stored = async (window: string) => {
		const { plan } = await planned(
			`{ a: { queue: clicks, idempotencyWindow: ${window} } }`,
			"--rate",
			"20",
		);
		return plan.namespaces[0]?.month.objectStorage ?? 0;
	};
	const [hour, longest] = [await stored("1h"), await stored("336h")];
	// 120 bytes a key, and half as long again until their table is dropped.
	const keys = 20 * 1.5 * (335 * 3_600);
	expect(longest - hour).toBeCloseTo((keys * 120) / 1e9, 9);
});

test("next to no load is under a hundredth of a percent", async () => {
	const { stdout } = await runCli(
		["plan", "--rate", "1/month"],
		project("{ a: {} }"),
	);
	expect(stdout).toMatch(/^a +\S+ \(under 0\.01%\) +\S+ \(under 0\.01%\)/m);
	expect(stdout).not.toContain("e-");
});

test("a plan has what shards borrow from limits, and words a queue's load", async () => {
	const some = project("{ a: { queue: clicks, total: { max: 9 } }, b: {} }");
	const left = "Near a limit, where shards contend for the rest";
	const { stdout } = await runCli(["plan", "--rate", "20"], some);
	expect(stdout).toMatch(
		/^Requests that borrow from a limit first: 0\.\d+% of a\. Near a limit, where/m,
	);
	expect(stdout).toContain("a: 20 messages/s from its queue, 1,000 counters\n");
	expect(stdout).toContain(
		"A message waits in its queue for up to 5 s before.",
	);
	const three = await runCli(["plan"], some);
	expect(three.stdout).toMatch(/^borrow first( +[\d.]+%, 0%){3}$/m);
	expect(three.stdout).toContain(left);
	const none = await runCli(["plan", "--rate", "20"], project("{ b: {} }"));
	expect(none.stdout).not.toContain(left);
	expect(none.stdout).not.toContain("queue");
});

test.each([
	[["--rate", "fast"], "It takes a rate"],
	[["--rate", "1", "--viewers", "5"], "no namespace has it"],
	[["--rate", "1", "--viewers", "a=5"], "`live` is off"],
	[["--rate", "1/year"], "It takes a rate"],
	[["--rate", "1", "--counters", "0"], "It takes a whole number"],
	[["--rate", "b=1"], 'no namespace "b"'],
	[["--rate", "5", "--peak", "4"], "--peak is below --rate"],
	[["--peak", "4"], "give --rate"],
	[
		["--rate", "1", "--batch", "10", "--counters", "5"],
		"more counters than there are",
	],
])("%j is refused", async (argv, reason) => {
	const { status, stdout, stderr } = await runCli(
		["plan", ...argv],
		project("{ a: {} }"),
	);
	expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
	expect(stderr).toContain(reason);
});

test("prices of more than six months ago fail a release, and only that", () => {
	expect(pricesComplaint("2026-11", new Date("2027-05-31T23:59:59Z"))).toBe(
		undefined,
	);
	expect(
		pricesComplaint("2026-11", new Date("2027-06-01T00:00:00Z")),
	).toContain("2026-11");
	expect(pricesComplaint("2026-11", new Date("2026-11-01T00:00:00Z"))).toBe(
		undefined,
	);
	const { scripts } = JSON.parse(
		readFileSync(join(root, "package.json"), "utf8"),
	);
	expect(scripts.prepublishOnly).toBe("node scripts/prices-read.ts");
});
