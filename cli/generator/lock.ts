import { lstat, readFile } from "node:fs/promises";
import * as z from "zod";
import { CounterGenError, type Place } from "../errors.ts";
import { shown } from "../files/paths.ts";
import { reason } from "../files/system-error.ts";
import { dictionary, type Pasts } from "../lifecycle/history.ts";
import { counterGen } from "../ui/invocation.ts";
import { byName, isOutputPath } from "./rendered.ts";

/** The memory of `counters.lock.json` from one run to the next. */
export interface Lock extends Pasts {
	version: typeof lockVersion;
	/**
	 * Records of all files that were written, by output folder (relative to the
	 * lock file, "/" separated) and path; see `recordOf`.
	 */
	outputs: Record<string, Record<string, string>>;
	/**
	 * The same, of files that a run was about to write when it began; gone once
	 * it is done. So files of an interrupted run are known to be ours.
	 */
	unfinished?: Record<string, Record<string, string>>;
}

export const lockVersion = 1;

// Not z.record(), which drops the key `__proto__`.
function dictionaryOf<Value>(
	key: z.ZodType<string>,
	value: z.ZodType<Value>,
): z.ZodType<Record<string, Value>> {
	return z
		.preprocess(
			(input) => (isPlain(input) ? Object.entries(input) : undefined),
			z.array(z.tuple([key, value])),
		)
		.transform((entries) => dictionary(entries as [string, Value][]));
}

function isPlain(value: unknown): value is object {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

const records = dictionaryOf(
	z.string(),
	dictionaryOf(
		z.string().refine(isOutputPath),
		z.string().regex(/^sha256-[0-9a-f]{64}( sha256-[0-9a-f]{64})?$/),
	),
);

const names = z.array(z.string()).min(1).exactOptional();

const histories = dictionaryOf(
	z.string(),
	z.strictObject({
		class: z.string(),
		binding: z.string(),
		kvPrefix: z.string(),
		mount: z.string(),
		shardCounts: z.array(z.int().min(1)).min(1),
		reshardings: z.int().min(0),
		location: z.string().exactOptional(),
		jurisdiction: z.string().exactOptional(),
		earlierKeys: names,
		earlierClasses: names,
		earlierKvPrefixes: names,
		neverWith: names,
		kept: names,
		removed: z.literal(true).exactOptional(),
	}),
);

const schema = z.strictObject({
	version: z.literal(lockVersion),
	outputs: records,
	unfinished: records.exactOptional(),
	namespaces: histories,
	environments: dictionaryOf(z.string(), histories).exactOptional(),
});

/**
 * Reads the lock; a missing file is an empty one.
 *
 * @param file absolute path
 * @param cwd the folder that paths in messages are relative to
 * @throws CounterGenError `lock-broken`, `lock-merge-conflict`, `lock-too-new`
 */
export async function readLock(file: string, cwd: string): Promise<Lock> {
	const where: Place = { file: shown({ cwd }, file) };
	// Opening a pipe could wait for ever.
	const found = await lstat(file).catch(() => undefined);
	if (found && !found.isFile())
		throw broken(where, "is a link, a folder or a device, not a file.");
	let text: string;
	try {
		text = await readFile(file, "utf8");
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT")
			return {
				version: lockVersion,
				outputs: dictionary([]),
				namespaces: dictionary([]),
			};
		throw broken(where, `cannot be read: ${reason(error)}.`);
	}

	const marker = text.search(/^<{7} /m);
	if (marker >= 0) {
		const line = text.slice(0, marker).split("\n").length;
		throw new CounterGenError({
			code: "lock-merge-conflict",
			what: `${where.file} holds an unresolved merge conflict.`,
			fix: `Remove the markers: under "namespaces" keep every key, each with the shardCounts and earlier names of both sides and the larger number of reshardings, plus 1; under "outputs" keep either side, and take the output folder from the same one (git checkout --ours or --theirs). Then run \`${counterGen("generate")}\`.`,
			where: { ...where, line },
		});
	}

	let data: unknown;
	try {
		data = JSON.parse(text);
	} catch (error) {
		const { message } = error as SyntaxError;
		const line = /\(line (\d+) /.exec(message)?.[1];
		throw broken(
			line ? { ...where, line: Number(line) } : where,
			`is not JSON: ${message}.`,
		);
	}
	return checkLock(data, where);
}

function checkLock(data: unknown, where: Place): Lock {
	const { version } = Object(data) as { version?: unknown };
	if (typeof version === "number" && version > lockVersion)
		throw new CounterGenError({
			code: "lock-too-new",
			what: `${where.file} has version ${version}; this counter-gen knows versions up to ${lockVersion}.`,
			fix: "Update counter-gen to the release that wrote it.",
			where,
		});
	const checked = schema.safeParse(data);
	if (checked.success) return checked.data;
	const key = checked.error.issues[0]?.path[0];
	throw broken(
		where,
		key === undefined
			? "is not what counter-gen writes."
			: `is not what counter-gen writes under "${String(key)}".`,
	);
}

function broken(where: Place, how: string): CounterGenError {
	return new CounterGenError({
		code: "lock-broken",
		what: `${where.file} ${how}`,
		why: "It remembers which files counter-gen wrote and how many shards ever held counts.",
		fix: `Restore it from version control. Without an older copy delete it and run \`${counterGen("generate")}\`; shards above the current shardCount are then forgotten.`,
		where,
	});
}

/**
 * Writes the lock as text: the same bytes for the same lock, on every machine.
 */
export function serializeLock(lock: Lock): string {
	const sorted = (_: string, value: unknown) =>
		isPlain(value)
			? dictionary(Object.entries(value).sort(([a], [b]) => byName(a, b)))
			: value;
	// Formatters keep short lists on one line.
	const text = JSON.stringify(lock, sorted, "\t").replaceAll(
		/\[\n(?:\t+(?:"(?:[^"\\]|\\.)*"|\d+),?\n)+\t*\]/g,
		(list) =>
			`[${JSON.parse(list)
				.map((one: unknown) => JSON.stringify(one))
				.join(", ")}]`,
	);
	return `${text}\n`;
}
