import type { Reporter, TestModule, Vitest } from "vitest/node";
import { CHROMIUM, hasChromium } from "./support/chromium.ts";

/** Says at the end of `npm test` what it left out, and what runs it. */
export class LeftOut implements Reporter {
	#vitest: Vitest | undefined;

	onInit(vitest: Vitest): void {
		this.#vitest = vitest;
	}

	onTestRunEnd(modules: readonly TestModule[]): void {
		if (!hasChromium)
			this.#vitest?.logger.log(
				`The tests in a browser are skipped: there is no ${CHROMIUM}. \`apt-get install chromium\` brings it.\n`,
			);
		if (this.#vitest?.config.tagsFilter?.join() !== "not full") return;
		const tests = modules.flatMap(({ children }) => [
			...children.allTests("skipped"),
		]);
		const tagged = tests.filter(({ options }) =>
			options.tags?.includes("full"),
		);
		this.#vitest.logger.log(
			`Left out: ${tagged.length} tests of the simulation (further schedules and deliberate faults) and the e2e tests beyond one a command, with fuzz, kills and faults under load, and all in a browser.\n\`npm run test:full\` runs everything.\n`,
		);
	}
}
