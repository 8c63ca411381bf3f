import type { Reporter, Vitest } from "vitest/node";
import { CHROMIUM, hasChromium } from "./support/chromium.ts";

/** Projects that `npm test` runs. */
const SHORT = ["cli", "commands", "runtime", "simulation"];

/** Says at the end of `npm test` what it left out, and what runs it. */
export class LeftOut implements Reporter {
	#vitest: Vitest | undefined;

	onInit(vitest: Vitest): void {
		this.#vitest = vitest;
	}

	onTestRunEnd(): void {
		if (!hasChromium && !process.env.CI)
			this.#vitest?.logger.log(
				`The tests in a browser are skipped: there is no ${CHROMIUM}. \`apt-get install chromium\` brings it.\n`,
			);
		const projects = this.#vitest?.projects.map(({ name }) => name).toSorted();
		if (projects?.join() !== SHORT.join()) return;
		this.#vitest?.logger.log(
			"Left out: tests of the CLI with many inputs or processes, further schedules, plans and deliberate faults of the simulation, and the e2e tests beyond one a command, with fuzz, kills and faults under load, and all in a browser.\n`npm run test:full` runs everything.\n",
		);
	}
}
