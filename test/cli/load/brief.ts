import { loadCommand } from "../../../cli/commands/load.ts";
import { runBound } from "../../support/bound.ts";
import type { Finished, Surroundings } from "../../support/finish.ts";

const limits = { timeoutMs: 4000, pollMs: 5, settleMs: 20, giveUpMs: 500 };

/** Runs `counter-gen load` with waits that a test can afford. */
export function loadBriefly(
	argv: readonly string[],
	surroundings?: Partial<Surroundings>,
): Promise<Finished> {
	return runBound((bind) => loadCommand(bind, limits), argv, surroundings);
}
