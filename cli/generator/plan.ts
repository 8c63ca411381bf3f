import { basename, dirname } from "node:path";
import { leftoversIn } from "../files/temporary.ts";
import { dictionary, type Pasts } from "../lifecycle/history.ts";
import { Disk, type Found } from "./disk.ts";
import { type Lock, lockVersion, serializeLock } from "./lock.ts";
import { match, recordOf } from "./record.ts";
import { byName, isOutputPath, type Rendered, toLf } from "./rendered.ts";
import { outputKey, type Target } from "./target.ts";

/** One file that a run would write or remove; texts have LF line endings. */
export type Change =
	| { kind: "create"; path: string; after: string }
	| (Overwritten & {
			kind: "update";
			after: string;
			/** Set if a formatter laid the file out anew, and that is all. */
			layoutOnly?: true;
	  })
	| (Overwritten & { kind: "remove" });

/** A file that stands there. */
interface Overwritten {
	path: string;
	before: string;
	/** Set if it was edited: the edit is lost, which was asked for. */
	edited?: true;
	/** Set if `before` cannot be shown. */
	binary?: true;
}

/** A file that cannot be written without losing what stands there. */
export type Conflict =
	/** "edited": ours, changed since. "foreign": not written by counter-gen. */
	| (Omit<Overwritten, "edited"> & {
			kind: "edited" | "foreign";
			after: string;
	  })
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
	/** Overwrite and remove files of ours that were edited. */
	discardEdits?: boolean | undefined;
}

/**
 * Compares what should be with the disk and the lock. Reads only.
 *
 * @throws CounterGenError `output-not-readable`
 */
export async function plan(input: PlanInput): Promise<Plan> {
	const { target, rendered, lock, pasts, discardEdits = false } = input;
	const disk = new Disk(target);
	const { outDir, lockFile } = target;
	const key = outputKey(target);
	const written = new Map(Object.entries(lock.outputs[key] ?? {}));
	const begun = new Map(Object.entries(lock.unfinished?.[key] ?? {}));
	const recordsOf = (path: string) =>
		[written.get(path), begun.get(path)].filter((one) => one !== undefined);
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
		const records = recordsOf(path);
		const record = await recordOf(path, after, records);
		const file = { path, after, record, records };
		const verdict = await judge(file, disk.inspect(path), discardEdits);
		if (verdict === "unchanged") unchanged++;
		else if (verdict.kind === "create" || verdict.kind === "update")
			changes.push(verdict);
		else {
			conflicts.set(verdict.path, verdict);
			const known = written.get(path);
			if (known) nextWritten.set(path, known);
			continue;
		}
		nextWritten.set(path, record);
	}

	const known = new Set([...written.keys(), ...begun.keys()]);
	const dropped = [...known].filter((path) => !rendered.has(path));
	for (const path of dropped) {
		const found = disk.inspect(path);
		if (found.kind !== "file") continue;
		const { text: before, binary } = found;
		const isOurs = await match(path, before, recordsOf(path));
		if (isOurs) changes.push({ kind: "remove", path, before });
		else if (discardEdits)
			changes.push({
				...{ kind: "remove", path, before, edited: true },
				...(binary && { binary }),
			});
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
		if (change.kind !== "remove")
			begun.set(change.path, nextWritten.get(change.path) ?? "");
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

/** A file to generate, and what is known of the one that stands there. */
interface Wanted {
	path: string;
	after: string;
	/** Record of `after`. */
	record: string;
	/** Records of what we wrote. */
	records: readonly string[];
}

/** Decides about one generated file. */
async function judge(
	{ path, after, record, records }: Wanted,
	found: Found,
	discardEdits: boolean,
): Promise<Exclude<Change, { kind: "remove" }> | Conflict | "unchanged"> {
	if (found.kind === "missing") return { kind: "create", path, after };
	if (found.kind === "obstacle") return { ...found, kind: "obstructed" };
	const { text: before, binary } = found;
	// Even if the lock does not know it: a run may have died before the lock.
	if (before === after) return "unchanged";
	const update = { kind: "update", path, before, after } as const;
	const ours = await match(path, before, [...records, record]);
	if (ours?.how === "layout" && ours.records.includes(record))
		return { ...update, layoutOnly: true };
	if (ours) return update;
	const unshown = binary && ({ binary } as const);
	if (records.length === 0) return { ...update, kind: "foreign", ...unshown };
	return discardEdits
		? { ...update, edited: true, ...unshown }
		: { ...update, kind: "edited", ...unshown };
}

function byPath(a: { path: string }, b: { path: string }): number {
	return byName(a.path, b.path);
}

/** Tells if a change only takes back what a formatter did. */
export function isLayoutOnly(change: Change): boolean {
	return change.kind === "update" && change.layoutOnly === true;
}

/** Lists the changes that lose an edit. */
export function discarded(
	changes: readonly Change[],
): Exclude<Change, { kind: "create" }>[] {
	return changes
		.filter((one) => one.kind !== "create")
		.filter(({ edited }) => edited);
}

/**
 * Tells if a run would write nothing but files that a formatter laid out anew,
 * and refuse nothing.
 */
export function isClean(plan: Plan): boolean {
	return (
		plan.changes.every(isLayoutOnly) &&
		plan.conflicts.length === 0 &&
		!plan.lockChanged
	);
}
