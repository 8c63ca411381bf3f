import type { Diagnostic } from "../errors.ts";
import { allShards } from "../lifecycle/history.ts";
import type { WorkerState } from "../lifecycle/workers.ts";

/** Files of a live object: its database, the log of that, and the log's index. */
const OBJECT_FILES = 3;

/** Files of a class: the same three for its alarms, and its folder, twice. */
const CLASS_FILES = 5;

/** Files of workerd itself, and connections of clients. */
const OTHER_FILES = 64;

/**
 * Warns if all objects of a Worker, alive at once, could hold more files open than
 * workerd may: some would not start then.
 *
 * @param limit the soft one, which workerd inherits. Node raises its own as far as it
 * may when it starts.
 */
export function openFilesWarning(
	{
		config: { namespaces },
		histories,
	}: Pick<WorkerState, "config" | "histories">,
	limit: number = openFilesLimit(),
): Diagnostic | undefined {
	// Each namespace has a global object, too.
	const objects = namespaces.reduce(
		(sum, namespace) => sum + allShards(histories, namespace) + 1,
		0,
	);
	// KV is an object of a class of its own.
	const files =
		(objects + 1) * OBJECT_FILES +
		(namespaces.length + 1) * CLASS_FILES +
		OTHER_FILES;
	if (files <= limit) return undefined;
	return {
		code: "few-open-files",
		what: `workerd may open ${limit} files, and ${objects} objects can need ${files}`,
		why: "An object that cannot open its files does not start: increments that reach it are answered 500, and count nothing.",
		fix: `Raise the hard limit: ulimit -n ${files} as root, LimitNOFILE=${files} for systemd, --ulimit nofile=${files} for Docker. Or lower shardCount.`,
	};
}

export function openFilesLimit(): number {
	const { userLimits } = process.report.getReport() as {
		userLimits: { open_files: { soft: number | "unlimited" } };
	};
	const { soft } = userLimits.open_files;
	return soft === "unlimited" ? Number.POSITIVE_INFINITY : soft;
}
