import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { CounterGenError } from "../errors.ts";

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
		if ((error as NodeJS.ErrnoException).code !== "EEXIST")
			throw unusable(outDir, error);
	}
}

/** The counters' secrets in `.dev.vars`, and nothing else; none if there is no such file. */
export async function readDevVars(
	outDir: string,
): Promise<Record<string, string | undefined>> {
	try {
		const all = parseEnv(await readFile(devVarsFile(outDir), "utf8"));
		return Object.fromEntries(
			Object.entries(all).filter(([name]) => name.startsWith("COUNTER_")),
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
		why: "The admin token for development is kept there.",
		fix: "Make it a file that you can read and write, or remove it.",
	});
}
