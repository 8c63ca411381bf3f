import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Where secrets for development live; wrangler reads it too. */
export function devVarsFile(outDir: string): string {
	return join(outDir, ".dev.vars");
}

/**
 * Writes a random admin token to `.dev.vars`, unless there is such a file: it
 * is the user's then, and stays as it is.
 */
export async function ensureDevVars(outDir: string): Promise<void> {
	const token = randomBytes(24).toString("base64url");
	const text = `# Secrets for development only. Written once by counter-gen, never overwritten.\nCOUNTER_ADMIN_TOKEN=${token}\n`;
	try {
		await writeFile(devVarsFile(outDir), text, { flag: "wx", mode: 0o600 });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
}

/** The secrets in `.dev.vars`; none if there is no such file. */
export async function readDevVars(
	outDir: string,
): Promise<Record<string, string | undefined>> {
	try {
		return parseEnv(await readFile(devVarsFile(outDir), "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
		throw error;
	}
}
