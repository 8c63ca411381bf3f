import type { Diagnostic } from "../errors.ts";
import type { Io } from "../io.ts";
import { formatDiagnostic, type Severity } from "./diagnostic.ts";
import { workflowCommand } from "./github.ts";
import { type Style, styleFor } from "./style.ts";

/** Output for people, for programs, or as GitHub's annotations. */
export const formats = ["text", "json", "github"] as const;
export type Format = (typeof formats)[number];

export interface ReporterOptions {
	/** The same as `format: "json"`. */
	json?: boolean;
	format?: Format;
	quiet?: boolean;
	color?: boolean;
}

/** Common part of every answer in JSON; the rest is the command's own. */
export interface Answer {
	/** False exactly if there are diagnostics. */
	ok: boolean;
	diagnostics?: readonly Diagnostic[];
	[own: string]: unknown;
}

/**
 * Keeps the two streams apart: stdout carries data (the result, or JSON with
 * `--json`), stderr text for people.
 */
export class Reporter {
	readonly style: Style;
	readonly #io: Io;
	readonly #format: Format;
	readonly #quiet: boolean;
	/** Reported since the last line of JSON, and part of the next. */
	#warnings: Diagnostic[] = [];
	#drawn = false;

	constructor(io: Io, { json, format, quiet, color }: ReporterOptions) {
		this.#io = io;
		this.#format = json ? "json" : (format ?? "text");
		this.#quiet = quiet === true;
		this.style = styleFor(io.stderr, io.env, color !== false);
	}

	/**
	 * Writes the result of the command: `text` for people, `answer` as one line
	 * of JSON.
	 */
	result(text: string, { ok, diagnostics = [], ...own }: Answer): void {
		if (this.#format !== "json") this.#print(text);
		else this.#printJson({ ok, diagnostics, warnings: this.#warnings, ...own });
	}

	/**
	 * Writes something that a person may like to know; silent with `--quiet`.
	 */
	info(text: string): void {
		if (!this.#quiet) this.error(text);
	}

	/** Writes even with `--quiet`. */
	error(text: string): void {
		this.#clear();
		this.#io.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
	}

	/**
	 * Reports problems as text on stderr, or in the wanted format on stdout.
	 * JSON has the subject from `more`.
	 */
	problems(diagnostics: readonly Diagnostic[], more: object = {}): void {
		if (this.#format === "json")
			this.result("", { ...more, ok: false, diagnostics });
		else if (this.#format === "github") this.#annotate(diagnostics, "error");
		else this.error(this.#text(diagnostics, "error"));
	}

	/**
	 * Reports problems that stop nothing; silent with `--quiet`, but for JSON.
	 */
	warnings(diagnostics: readonly Diagnostic[]): void {
		if (this.#format === "json") this.#warnings.push(...diagnostics);
		else if (this.#quiet || diagnostics.length === 0) return;
		else if (this.#format === "github") this.#annotate(diagnostics, "warning");
		else this.info(this.#text(diagnostics, "warning"));
	}

	/**
	 * Writes a line of JSON as soon as something happened; only with `--json`.
	 */
	event(data: { event: string; [own: string]: unknown }): void {
		if (this.#format !== "json") return;
		const { event, ...own } = data;
		this.#printJson({ event, warnings: this.#warnings, ...own });
	}

	/** Draws a line that replaces itself; only where stderr is a terminal. */
	progress(text: string): void {
		if (this.#quiet || !("isTTY" in this.#io.stderr)) return;
		this.#io.stderr.write(`\r\u001b[2K${text}`);
		this.#drawn = true;
	}

	#text(diagnostics: readonly Diagnostic[], severity: Severity): string {
		return diagnostics
			.map((one) => formatDiagnostic(one, this.style, severity))
			.join("\n\n");
	}

	#annotate(diagnostics: readonly Diagnostic[], severity: Severity): void {
		for (const one of diagnostics)
			this.#print(workflowCommand(one, severity, this.#io));
	}

	#printJson(data: object): void {
		this.#print(JSON.stringify(data));
		this.#warnings = [];
	}

	#print(text: string): void {
		this.#clear();
		if (text) this.#io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
	}

	#clear(): void {
		if (!this.#drawn) return;
		this.#io.stderr.write("\r\u001b[2K");
		this.#drawn = false;
	}
}

/** A run of a command: its surroundings, and the way to report to a person. */
export interface Session {
	io: Io;
	report: Reporter;
}
