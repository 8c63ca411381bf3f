import type { MutantResult } from "@stryker-mutator/api/core";
import type {
	DryRunCompletedEvent,
	MutationTestingPlanReadyEvent,
	Reporter,
} from "@stryker-mutator/api/report";
import { NOT_IN_SAMPLE } from "./checker.ts";
import { excerpt } from "./equivalent.ts";
import { fileFrom } from "./mutant.ts";

/** Milliseconds between two lines of progress. */
const LINE_EVERY_MS = 30_000;

/** Writes to standard error how far it is, and every survivor when it is found. */
export class ProgressReporter implements Reporter {
	#total = 0;
	#tested = 0;
	#survived = 0;
	#startedAt = 0;
	#lineAt = 0;

	onDryRunCompleted({ result }: DryRunCompletedEvent): void {
		console.error(`${result.tests.length} tests pass without a mutant`);
	}

	onMutationTestingPlanReady({
		mutantPlans,
	}: MutationTestingPlanReadyEvent): void {
		this.#total = mutantPlans.length;
		this.#startedAt = performance.now();
		this.#lineAt = this.#startedAt;
	}

	onMutantTested(result: Readonly<MutantResult>): void {
		if (result.statusReason === NOT_IN_SAMPLE) {
			this.#total--;
			return;
		}
		this.#tested++;
		if (result.status === "Survived") {
			this.#survived++;
			const { line, column } = result.location.start;
			console.error(
				`survived: ${fileFrom(result.fileName)}:${line}:${column} ${result.mutatorName} → ${excerpt(result.replacement)}`,
			);
		}
		const now = performance.now();
		if (now < this.#lineAt + LINE_EVERY_MS) return;
		this.#lineAt = now;
		const minutes = (now - this.#startedAt) / 60_000;
		const left = (minutes / this.#tested) * (this.#total - this.#tested);
		console.error(
			`${this.#tested} of ${this.#total}, ${this.#survived} survived; ${minutes.toFixed(0)} min, about ${left.toFixed(0)} to go`,
		);
	}
}
