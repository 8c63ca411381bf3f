import type { Reporter, TestModule, Vitest } from "vitest/node";

/** Says at the end of `npm test` what it left out, and what runs it. */
export class LeftOut implements Reporter {
	#vitest: Vitest | undefined;

	onInit(vitest: Vitest): void {
		this.#vitest = vitest;
	}

	onTestRunEnd(modules: readonly TestModule[]): void {
		if (this.#vitest?.config.tagsFilter?.join() !== "not full") return;
		const tests = modules.flatMap(({ children }) => [
			...children.allTests("skipped"),
		]);
		const tagged = tests.filter(({ options }) =>
			options.tags?.includes("full"),
		);
		this.#vitest.logger.log(
			`Left out: ${tagged.length} tests of the simulation (further schedules and deliberate faults) and the e2e tests beyond one a command, with fuzz, kills and faults under load.\n\`npm run test:full\` runs everything.\n`,
		);
	}
}
