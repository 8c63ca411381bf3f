import { rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CounterGenError } from "../errors.ts";
import { Transaction } from "../files/transaction.ts";
import { counterGen } from "../ui/invocation.ts";
import { conflictDiagnostics } from "./conflict.ts";
import { Disk } from "./disk.ts";
import { serializeLock } from "./lock.ts";
import type { Change, Plan } from "./plan.ts";
import { outputFailure, shownOutput, type Target } from "./target.ts";

/**
 * Carries out a plan, all of it or nothing: every new text is on disk beside
 * its place before the first file is replaced. Writes only changed files.
 *
 * @throws CounterGenError the plan's conflicts, `output-changed`, or
 * `output-not-writable`
 */
export async function apply(plan: Plan): Promise<void> {
	if (plan.conflicts.length > 0)
		throw new CounterGenError(conflictDiagnostics(plan));

	const { target, changes, journal, lock, lockChanged } = plan;
	const { lockFile } = target;
	const transaction = new Transaction();
	try {
		for (const path of plan.leftovers) await transaction.discard(path);
		if (changes.length === 0 && !lockChanged) return;
		const steps: (() => Promise<void>)[] = [];
		// First, so that the next run knows our files if this one dies half
		// way.
		if (changes.length > 0)
			steps.push(await transaction.stage(lockFile, serializeLock(journal)));
		for (const change of changes.toSorted(removalsLast)) {
			const path = join(target.outDir, change.path);
			const step =
				change.kind === "remove"
					? () => transaction.remove(path)
					: await transaction.stage(path, change.after);
			steps.push(() => requireUntouched(target, change), step);
		}
		steps.push(() => removeEmptyFolders(target, plan.dropped));
		steps.push(await transaction.stage(lockFile, serializeLock(lock)));
		for (const step of steps) await step();
	} catch (error) {
		const { at } = transaction;
		await transaction.rollback();
		throw outputFailure(error, "written", target, at);
	}
}

function removalsLast(a: Change, b: Change): number {
	return Number(a.kind === "remove") - Number(b.kind === "remove");
}

/** Fails if anybody has written there since the plan was made. */
async function requireUntouched(target: Target, change: Change): Promise<void> {
	const found = new Disk(target).inspect(change.path);
	const before = change.kind === "create" ? undefined : change.before;
	const now = found.kind === "file" ? found.text : undefined;
	if (found.kind !== "obstacle" && now === before) return;
	const file = shownOutput(target, change.path);
	throw new CounterGenError({
		code: "output-changed",
		what: `${file} was changed while counter-gen was at work.`,
		why: "Nothing was generated, so that the change is not lost.",
		fix: `Run \`${counterGen("generate")}\` again.`,
		where: { file },
	});
}

/** Removes folders that are empty without `paths`, but not the output folder. */
async function removeEmptyFolders(
	target: Target,
	paths: readonly string[],
): Promise<void> {
	const outDir = resolve(target.outDir);
	for (const path of paths) {
		// A link on the way there, for example, is not ours.
		if (new Disk(target).inspect(path).kind !== "missing") continue;
		let folder = dirname(join(outDir, path));
		while (folder !== outDir && (await removeIfEmpty(folder)))
			folder = dirname(folder);
	}
}

async function removeIfEmpty(folder: string): Promise<boolean> {
	try {
		await rmdir(folder);
		return true;
	} catch {
		// Not empty, or not ours to remove: no reason to fail.
		return false;
	}
}
