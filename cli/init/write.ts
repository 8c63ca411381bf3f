import { shown } from "../files/paths.ts";
import { systemFailure } from "../files/system-error.ts";
import { Transaction } from "../files/transaction.ts";
import { type InitOptions, type InitPlan, planInit } from "./plan.ts";

/**
 * Plans and writes the files of a project, all or none.
 *
 * @throws CounterGenError `output-not-writable`, or why `planInit` refuses
 */
export async function initProject(options: InitOptions): Promise<InitPlan> {
	const transaction = new Transaction();
	try {
		const plan = await planInit(options);
		const steps: (() => Promise<void>)[] = [];
		for (const { path, text, added } of plan.files)
			if (added?.length !== 0) steps.push(await transaction.stage(path, text));
		for (const step of steps) await step();
		return plan;
	} catch (error) {
		await transaction.rollback();
		throw failure(error, shown(options, options.dir));
	}
}

function failure(error: unknown, dir: string): unknown {
	return systemFailure(error, (reason) => ({
		code: "output-not-writable",
		what: `The files of a new project cannot be written into ${dir}: ${reason}.`,
		why: "Nothing was changed.",
		fix: "Change the permissions or clear what is in the way, or name another folder.",
		where: { file: dir },
	}));
}
