import { shown } from "../files/paths.ts";
import { fixFor, systemFailure } from "../files/system-error.ts";
import { Transaction } from "../files/transaction.ts";
import { counterGen } from "../ui/invocation.ts";
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
	return systemFailure(error, (reason, code) => ({
		code: "output-not-writable",
		what: `The files of a new project cannot be written into ${dir}: ${reason}.`,
		why: "Nothing was changed.",
		fix: fixFor(code, {
			elsewhere: "name another folder",
			again: counterGen("init"),
		}),
		where: { file: dir },
	}));
}
