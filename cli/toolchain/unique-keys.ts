import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Config } from "../config/schema.ts";
import { CounterGenError } from "../errors.ts";
import { reason } from "../files/system-error.ts";
import { Transaction } from "../files/transaction.ts";
import { classesOf, dictionary, type Histories } from "../lifecycle/history.ts";
import { notWritable, type StateDir } from "./state-dir.ts";

/** Matches the database of an object, in the folder of its class. */
export const OBJECT: RegExp = /^([0-9a-f]{64})\.sqlite$/;

const notes = z.record(z.string(), z.string());

/**
 * Finds the name that workerd keeps each class's objects under: the first that
 * the class had here. So a renamed class finds its counts, as it does on
 * Cloudflare.
 *
 * @param histories of the namespaces that are served
 * @returns by class; written down in the state folder
 * @throws CounterGenError `state-broken`, `state-not-writable`
 */
export async function uniqueKeys(
	{ data }: Pick<StateDir, "data">,
	histories: Histories,
): Promise<Map<string, string>> {
	const file = notesIn(data);
	const known = await read(file);
	const before = JSON.stringify([...known]);
	for (const one of Object.values(histories)) {
		const names = classesOf(one);
		const noted = names.find((name) => known.has(name)) ?? one.class;
		const used = (await firstWith(data, known, names)) ?? noted;
		known.set(one.class, known.get(used) ?? used);
	}
	if (JSON.stringify([...known]) !== before) await write(file, known);
	return known;
}

/**
 * Finds which of the classes has objects in the state folder.
 *
 * @throws CounterGenError `state-broken`
 */
export async function classWithObjects(
	{ data }: Pick<StateDir, "data">,
	classes: readonly string[],
): Promise<string | undefined> {
	return firstWith(data, await read(notesIn(data)), classes);
}

/**
 * Picks the pasts of the namespaces that are served: one that never was has no
 * folder to note.
 */
export function served(
	{ namespaces }: Pick<Config, "namespaces">,
	histories: Histories,
): Histories {
	return dictionary(
		namespaces.flatMap(({ key }) => {
			const past = histories[key];
			return past ? [[key, past] as const] : [];
		}),
	);
}

function notesIn(data: string): string {
	return join(data, "..", "classes.json");
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
	known: ReadonlyMap<string, string>,
	names: readonly string[],
): Promise<string | undefined> {
	for (const name of names) {
		const folder = join(data, known.get(name) ?? name);
		const files = await readdir(folder).catch((): string[] => []);
		if (files.some((file) => OBJECT.test(file))) return name;
	}
	return undefined;
}
