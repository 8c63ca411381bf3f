import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { access, constants, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { CounterGenError } from "../errors.ts";

/** Names the file of secrets for development; wrangler reads it too. */
export function devVarsFile(outDir: string): string {
	return join(outDir, ".dev.vars");
}

/**
 * Chooses the folder of `.dev.vars`: the first that has one, else the first
 * that can be written to.
 */
export async function devVarsFolder(
	first: string,
	...others: readonly string[]
): Promise<string> {
	const folders = [first, ...others];
	for (const folder of folders)
		if (existsSync(devVarsFile(folder))) return folder;
	for (const folder of folders) if (await isWritable(folder)) return folder;
	return first;
}

function isWritable(folder: string): Promise<boolean> {
	return access(folder, constants.W_OK).then(
		() => true,
		() => false,
	);
}

/**
 * Writes a random token for each of the secrets to `.dev.vars`, unless there is
 * such a file: it is the user's then, and stays as it is.
 *
 * @returns names without a value in the user's file
 */
export async function ensureDevVars<Name extends string>(
	outDir: string,
	secrets: readonly Name[],
): Promise<Name[]> {
	const lines = secrets.map(
		(name) => `${name}=${randomBytes(24).toString("base64url")}\n`,
	);
	const text = `# Secrets for development only. Written once by counter-gen, never overwritten.\n${lines.join("")}`;
	try {
		if (secrets.length > 0)
			await writeFile(devVarsFile(outDir), text, { flag: "wx", mode: 0o600 });
		return [];
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST")
			throw unusable(outDir, error);
	}
	const present = await readDevVars(outDir);
	return secrets.filter((name) => !present[name]);
}

/**
 * Reads the counters' secrets, and others by their names, from `.dev.vars`; none
 * if there is no such file.
 */
export async function readDevVars(
	outDir: string,
	others: readonly string[] = [],
): Promise<Record<string, string | undefined>> {
	try {
		const all = parseEnv(await readFile(devVarsFile(outDir), "utf8"));
		return Object.fromEntries(
			Object.entries(all).filter(
				([name]) => name.startsWith("COUNTER_") || others.includes(name),
			),
		);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
		throw unusable(outDir, error);
	}
}

function unusable(outDir: string, error: unknown): CounterGenError {
	return new CounterGenError({
		code: "dev-vars-unusable",
		what: `${devVarsFile(outDir)} cannot be used: ${(error as Error).message}`,
		why: "The tokens for development are kept there.",
		fix: "Make it a file that you can read and write, or remove it.",
	});
}
