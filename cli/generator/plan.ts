import { basename, dirname } from "node:path";
import { leftoversIn } from "../files/temporary.ts";
import { dictionary, type Pasts } from "../lifecycle/history.ts";
import { Disk, type Found } from "./disk.ts";
import { hash, type Lock, lockVersion, serializeLock } from "./lock.ts";
import { byName, isOutputPath, type Rendered, toLf } from "./rendered.ts";
import { outputKey, type Target } from "./target.ts";

/** One file that a run would write or remove; texts have LF line endings. */
export type Change =
	| { kind: "create"; path: string; after: string }
	| { kind: "update"; path: string; before: string; after: string }
	| { kind: "remove"; path: string; before: string };

/** A file that cannot be written without losing what stands there. */
export type Conflict =
	/** "edited": ours, changed since. "foreign": not written by counter-gen. */
	| {
			kind: "edited" | "foreign";
			path: string;
			before: string;
			after: string;
			/** Set if `before` cannot be shown. */
			binary?: true;
	  }
	/** Something other than the wanted file or folder stands at `path`. */
	| { kind: "obstructed"; path: string; wanted: "file" | "folder" };

/** All that a run would do. Paths are relative to the output folder, sorted. */
export interface Plan {
	target: Target;
	changes: readonly Change[];
	/** Any of these stops the run before it writes. */
	conflicts: readonly Conflict[];
	/**
	 * Files that are no longer generated but were edited: left alone, and out
	 * of the lock.
	 */
	kept: readonly string[];
	/** Number of files that need no change. */
	unchanged: number;
	/**
	 * Files of the lock that are no longer generated: their folders may be left
	 * empty.
	 */
	dropped: readonly string[];
	/** Set if the last run began to change files and did not finish. */
	interrupted: boolean;
	/** Absolute paths of temporary files that such runs left. */
	leftovers: readonly string[];
	/**
	 * The lock during the run, so that the next one knows what this one began.
	 */
	journal: Lock;
	/** The lock after the run. */
	lock: Lock;
	lockChanged: boolean;
	/** Set if there was no lock, or an empty one. */
	lockMissing: boolean;
}

export interface PlanInput {
	target: Target;
	rendered: Rendered;
	/** The lock as the last run left it. */
	lock: Lock;
	/** Pasts of the namespaces, this run included. */
	pasts: Pasts;
}

/**
 * Compares what should be with the disk and the lock. Reads only.
 *
 * @throws CounterGenError `output-not-readable`
 */
export async function plan(input: PlanInput): Promise<Plan> {
	const { target, rendered, lock, pasts } = input;
	const disk = new Disk(target);
	const { outDir, lockFile } = target;
	const key = outputKey(target);
	const written = new Map(Object.entries(lock.outputs[key] ?? {}));
	const begun = new Map(Object.entries(lock.unfinished?.[key] ?? {}));
	const ours = (path: string) =>
		[written.get(path), begun.get(path)].filter((hash) => hash !== undefined);
	const nextWritten = new Map<string, string>();
	const changes: Change[] = [];
	// Keyed by path, because one obstacle may be in the way of many files.
	const conflicts = new Map<string, Conflict>();
	const kept: string[] = [];
	let unchanged = 0;

	for (const [path, content] of rendered) {
		if (!isOutputPath(path))
			throw new Error(`"${path}" is no path inside the output folder`);
		const after = toLf(content);
		const verdict = judge(path, after, ours(path), disk.inspect(path));
		if (verdict === "unchanged") unchanged++;
		else if (verdict.kind === "create" || verdict.kind === "update")
			changes.push(verdict);
		else {
			conflicts.set(verdict.path, verdict);
			const known = written.get(path);
			if (known) nextWritten.set(path, known);
			continue;
		}
		nextWritten.set(path, hash(after));
	}

	const known = new Set([...written.keys(), ...begun.keys()]);
	const dropped = [...known].filter((path) => !rendered.has(path));
	for (const path of dropped) {
		const found = disk.inspect(path);
		if (found.kind !== "file") continue;
		if (ours(path).includes(hash(found.text)))
			changes.push({ kind: "remove", path, before: found.text });
		else kept.push(path);
	}

	const interrupted = begun.size > 0;
	const outputs = new Map(Object.entries(lock.outputs));
	outputs.set(key, dictionary(nextWritten));
	const unfinished = new Map(Object.entries(lock.unfinished ?? {}));
	unfinished.delete(key);
	const nextLock: Lock = {
		version: lockVersion,
		outputs: dictionary(outputs),
		...(unfinished.size > 0 && { unfinished: dictionary(unfinished) }),
		...pasts,
	};
	for (const change of changes)
		if (change.kind !== "remove") begun.set(change.path, hash(change.after));
	const journal: Lock = {
		...lock,
		unfinished: dictionary(unfinished.set(key, dictionary(begun))),
		...pasts,
	};
	return {
		target,
		changes: changes.sort(byPath),
		conflicts: [...conflicts.values()].sort(byPath),
		kept: kept.sort(byName),
		unchanged,
		dropped,
		interrupted,
		leftovers: [
			...(await leftoversIn(dirname(lockFile), [basename(lockFile)])),
			...(await leftoversIn(outDir, [...rendered.keys(), ...known])),
		],
		journal,
		lock: nextLock,
		// Compares values, so that a lock in other formatting is left alone.
		lockChanged: serializeLock(nextLock) !== serializeLock(lock),
		lockMissing: Object.keys(lock.outputs).length === 0,
	};
}

/** Decides about one generated file. `ours` are hashes of what we wrote. */
function judge(
	path: string,
	after: string,
	ours: readonly string[],
	found: Found,
): Exclude<Change, { kind: "remove" }> | Conflict | "unchanged" {
	if (found.kind === "missing") return { kind: "create", path, after };
	if (found.kind === "obstacle") return { ...found, kind: "obstructed" };
	const { text: before, binary } = found;
	// Even if the lock does not know it: a run may have died before the lock.
	if (before === after) return "unchanged";
	if (ours.includes(hash(before)))
		return { kind: "update", path, before, after };
	const kind = ours.length > 0 ? "edited" : "foreign";
	return { kind, path, before, after, ...(binary && { binary }) };
}

function byPath(a: { path: string }, b: { path: string }): number {
	return byName(a.path, b.path);
}

/** Tells if a run would write nothing and refuse nothing. */
export function isClean(plan: Plan): boolean {
	return (
		plan.changes.length === 0 &&
		plan.conflicts.length === 0 &&
		!plan.lockChanged
	);
}
