import { relative, resolve } from "node:path";
import type { Diagnostic, Place } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Severity } from "./diagnostic.ts";

/**
 * Formats a diagnostic as a workflow command: GitHub Actions shows it as an
 * annotation of the line.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function workflowCommand(
	{ code, what, why, fix, where }: Diagnostic,
	severity: Severity,
	io: Pick<Io, "cwd" | "env">,
): string {
	const properties = {
		...(where && {
			file: inRepository(where, io),
			line: where.line,
			col: where.column,
		}),
		title: code,
	};
	const list = Object.entries(properties)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
		.join(",");
	const message = [what, why && `why: ${why}`, fix && `fix: ${fix}`]
		.filter(Boolean)
		.join("\n");
	return `::${severity} ${list}::${escapeData(message)}`;
}

/** Finds the path of a file in its repository, as GitHub knows it. */
function inRepository({ file }: Place, { cwd, env }: Pick<Io, "cwd" | "env">) {
	if (!env.GITHUB_WORKSPACE) return file;
	const path = relative(env.GITHUB_WORKSPACE, resolve(cwd, file));
	return path.startsWith("..") ? file : path;
}

/**
 * Escapes as `@actions/core` does; `%` first, because the others bring it in.
 */
function escapeData(text: string): string {
	return text
		.replaceAll("%", "%25")
		.replaceAll("\r", "%0D")
		.replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
	return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
