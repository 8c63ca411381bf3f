import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Begins with the simulations: they notice most mutants at once, also those that
 * would have a unit test wait for ever.
 */
class SimulationsFirst extends BaseSequencer {
	override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const isUnit = ({ moduleId }: TestSpecification) =>
			Number(!moduleId.endsWith("mutation/schedules.ts"));
		return Promise.resolve(
			files.toSorted(
				(a, b) => isUnit(a) - isUnit(b) || (a.moduleId < b.moduleId ? -1 : 1),
			),
		);
	}
}

/**
 * Runs mutants against short simulations and the unit tests of the roles. The long simulations, and what patches the runtime, are left out.
 */
export default defineConfig({
	test: {
		root: "test",
		include: ["mutation/schedules.ts", "simulation/*.test.ts"],
		exclude: [
			"simulation/simulation{,-keys}.test.ts",
			"simulation/faults.test.ts",
			"simulation/fault-edits.test.ts",
		],
		sequence: { sequencer: SimulationsFirst },
		// Milliseconds; ten times what any of them takes.
		testTimeout: 20_000,
		hookTimeout: 20_000,
	},
});
