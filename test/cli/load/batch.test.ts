import { expect, test } from "vitest";
import { readAnswer } from "../../support/answers.ts";
import { loadBriefly } from "./brief.ts";
import { type Character, CounterServer } from "./counter-server.ts";

const token = "s3cret-token";

async function load(character: Character, ...more: string[]) {
	const server = await new CounterServer({ token, ...character }).start();
	const few = ["--requests", "50", "--concurrency", "4", "--batch", "70"];
	const ended = await loadBriefly([server.url, ...few, ...more], {
		env: { COUNTER_ADMIN_TOKEN: token },
	});
	return { ...ended, server };
}

test("every counter of a batch is verified", async () => {
	const { status, stdout, stderr, server } = await load(
		{ totals: { "load-test.3": 5 } },
		"--by",
		"2",
	);
	expect(stdout).toMatch(/^counts {8}3500, \d+\/s$/m);
	expect(stdout).toMatch(
		/^verified: global total of each of 70 counters from load-test rose by exactly 100$/m,
	);
	expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
	expect(server.increments).toBe(50);
	const asked = (name: string) => server.seen.includes(`GET /counters/${name}`);
	expect(["load-test", "load-test.69"].every(asked)).toBe(true);
	expect(asked("load-test.70")).toBe(false);
});

test("one counter of a batch that misses one increment is found out", async () => {
	const { status, stdout } = await load(
		{ fate: (n) => (n === 20 ? { torn: "load-test.41" } : undefined) },
		"--json",
	);
	expect(readAnswer("Loaded", stdout)).toMatchObject({
		ok: false,
		diagnostics: [
			{
				code: "not-verified",
				what: "not verified: global total of load-test.41 rose by 49, expected 50, 1 missing (1 of 70 counters is wrong)",
			},
		],
		batch: 70,
		acknowledged: 50,
		verification: { counter: "load-test.41", counters: 70, wrong: 1 },
	});
	expect(status).toBe(1);
});

test("a batch that was perhaps counted must not be counted in part", async () => {
	const perhaps = { answer: 500 } as const;
	const whole = await load({ fate: (n) => (n > 40 ? perhaps : undefined) });
	expect(whole.stdout).toContain("rose by 50, within the 40 to 50");
	expect(whole.status).toBe(0);

	const { status, stdout } = await load({
		fate: (n) =>
			n > 40
				? { ...perhaps, ...(n === 45 && { torn: "load-test.7" }) }
				: undefined,
	});
	expect(stdout).toMatch(
		/^not verified: global total of load-test.7 rose by 49, that of load-test by 50, though every request raises both$/m,
	);
	expect(stdout).toMatch(/^hint: a request was counted in part/m);
	expect(status).toBe(1);
});
