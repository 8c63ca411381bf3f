import { rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CounterGenError } from "../errors.ts";
import { conflictDiagnostics } from "./conflict.ts";
import { outputFailure } from "./failure.ts";
import { serializeLock } from "./lock.ts";
import type { Plan } from "./plan.ts";
import { Transaction } from "./transaction.ts";

/**
 * Carries out a plan, all of it or nothing: every new text is on disk beside
 * its place before the first file is replaced. Writes only what changed.
 *
 * @throws CounterGenError the plan's conflicts, or `output-not-writable`
 */
export async function apply(plan: Plan): Promise<void> {
	if (plan.conflicts.length > 0)
		throw new CounterGenError(conflictDiagnostics(plan));

	const { target, changes, journal, lock, lockChanged } = plan;
	const { outDir, lockFile } = target;
	const writes = new Map<string, string>();
	const removals: string[] = [];
	for (const change of changes) {
		const path = join(outDir, change.path);
		if (change.kind === "remove") removals.push(path);
		else writes.set(path, change.after);
	}

	const transaction = new Transaction();
	try {
		for (const [path, text] of writes) await transaction.stage(path, text);
		if (changes.length > 0) {
			// First: should this die half way, the next run knows what is ours.
			await transaction.stage(lockFile, serializeLock(journal));
			await transaction.replace(lockFile);
		}
		for (const path of writes.keys()) await transaction.replace(path);
		for (const path of removals) await transaction.remove(path);
		if (changes.length > 0 || lockChanged) {
			await transaction.stage(lockFile, serializeLock(lock));
			await transaction.replace(lockFile);
		}
	} catch (error) {
		const { at } = transaction;
		await transaction.rollback();
		throw outputFailure(error, "written", target, at);
	}
	await removeEmptyFolders(resolve(outDir), removals);
}

/** Removes the folders that `removed` files left empty, but not `outDir`. */
async function removeEmptyFolders(
	outDir: string,
	removed: readonly string[],
): Promise<void> {
	for (const path of removed) {
		let folder = dirname(path);
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
