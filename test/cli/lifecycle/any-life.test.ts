import fc from "fast-check";
import { expect, it } from "vitest";
import { AnyLife, anySteps } from "../../support/any-life.ts";
import { temporaryDirectory } from "../../support/config.ts";

/** ANY_LIFE_RUNS=5000 tries more, with another seed each time. */
const runs = Number(process.env.ANY_LIFE_RUNS ?? 150);

it("no edits and deploys in any order lose, mix or delete counts unasked", async () => {
	const cwd = temporaryDirectory();
	const total = { accepted: 0, deployed: 0, refused: 0 };
	await fc.assert(
		fc.asyncProperty(anySteps, async (steps) => {
			const life = new AnyLife(cwd);
			await life.generate();
			for (const step of steps) await life.take(step);
			total.accepted += life.accepted;
			total.deployed += life.deployed;
			total.refused += life.refused;
		}),
		{ numRuns: runs, ...(!process.env.ANY_LIFE_RUNS && { seed: 1 }) },
	);
	expect(total.accepted).toBeGreaterThan(3 * runs);
	expect(total.deployed).toBeGreaterThan(2 * runs);
	expect(total.refused).toBeGreaterThan(runs / 10);
}, 600_000);
