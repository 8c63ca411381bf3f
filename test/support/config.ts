import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadConfig } from "../../cli/config/load.ts";
import type { Config } from "../../cli/config/schema.ts";
import { CounterGenError, type Diagnostic } from "../../cli/errors.ts";
import type { Until } from "./shared.ts";

/** Creates a directory that is gone after the test. */
export function temporaryDirectory(until: Until = onTestFinished): string {
	const path = mkdtempSync(join(tmpdir(), "counter-gen-"));
	until(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

/** Loads a `counters.yaml` that holds `content`. */
export async function loadContent(
	content: string | Uint8Array,
	env: Record<string, string> = {},
): Promise<Config> {
	const cwd = temporaryDirectory();
	writeFileSync(join(cwd, "counters.yaml"), content);
	return (await loadConfig("counters.yaml", { cwd, env })).config;
}

/** The problems that `work` is refused for; none if it goes through. */
export async function problemsOf(
	work: Promise<unknown>,
): Promise<readonly Diagnostic[]> {
	try {
		await work;
		return [];
	} catch (error) {
		if (error instanceof CounterGenError) return error.diagnostics;
		throw error;
	}
}
