import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { CounterGenError } from "../errors.ts";
import { reason } from "../files/system-error.ts";
import { Transaction } from "../files/transaction.ts";
import type { Histories } from "../lifecycle/history.ts";
import { notWritable, type StateDir } from "./state-dir.ts";

const notes = z.record(z.string(), z.string());

/**
 * Finds the name that workerd keeps each class's objects under: the first that
 * the class had here. So a renamed class finds its counts, as it does on
 * Cloudflare.
 *
 * @returns by class; written down in the state folder
 * @throws CounterGenError `state-broken`, `state-not-writable`
 */
export async function uniqueKeys(
	{ data }: Pick<StateDir, "data">,
	histories: Histories,
): Promise<Map<string, string>> {
	const file = join(data, "..", "classes.json");
	const known = await read(file);
	const before = known.size;
	for (const { class: name, earlierClasses = [] } of Object.values(histories)) {
		if (known.has(name)) continue;
		const names = [name, ...earlierClasses];
		const noted = names.find((one) => known.has(one));
		const used = noted ?? (await firstWith(data, names)) ?? name;
		known.set(name, known.get(used) ?? used);
	}
	if (known.size > before) await write(file, known);
	return known;
}

async function read(file: string): Promise<Map<string, string>> {
	try {
		const noted = notes.safeParse(JSON.parse(await readFile(file, "utf8")));
		if (noted.success) return new Map(Object.entries(noted.data));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
		throw broken(file, reason(error));
	}
	throw broken(file, "it is not an object of strings");
}

function broken(file: string, how: string): CounterGenError {
	return new CounterGenError({
		code: "state-broken",
		what: `${file} cannot be read: ${how}.`,
		why: "It remembers which folder holds the counts of each class; those of a renamed class could be missed.",
		fix: 'Put a copy of it back. Without one, write it by hand, with an entry for every class that was renamed: {"Polls":"Votes"} has the class Polls keep its counts in data/Votes. If none was renamed, delete it.',
	});
}

/**
 * Replaces the file in one step: a crash or a full disk leaves the whole file,
 * old or new.
 */
async function write(
	file: string,
	known: ReadonlyMap<string, string>,
): Promise<void> {
	const change = new Transaction();
	try {
		const text = `${JSON.stringify(Object.fromEntries(known))}\n`;
		const putInPlace = await change.stage(file, text);
		await putInPlace();
	} catch (error) {
		await change.rollback();
		throw notWritable(file, error);
	}
}

/** Finds the first of the classes that has objects on the disk. */
async function firstWith(
	data: string,
	names: readonly string[],
): Promise<string | undefined> {
	for (const name of names) {
		const found = await stat(join(data, name)).catch(() => undefined);
		if (found?.isDirectory()) return name;
	}
	return undefined;
}
