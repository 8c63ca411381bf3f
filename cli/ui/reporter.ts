import type { Diagnostic } from "../errors.ts";
import type { Io } from "../io.ts";
import { formatDiagnostic } from "./diagnostic.ts";
import { type Style, styleFor } from "./style.ts";

export interface ReporterOptions {
	json?: boolean;
	quiet?: boolean;
	color?: boolean;
}

/**
 * Keeps the two streams apart: stdout carries data (the result, or JSON with
 * `--json`), stderr everything said to a person.
 */
export class Reporter {
	readonly style: Style;
	readonly #io: Io;
	readonly #options: ReporterOptions;
	#drawn = false;

	constructor(io: Io, options: ReporterOptions) {
		this.#io = io;
		this.#options = options;
		this.style = styleFor(io.stderr, io.env, options.color !== false);
	}

	/** The command's result: `text` for people, `data` as one line of JSON. */
	result(text: string, data: object): void {
		this.#clear();
		const out = this.#options.json ? JSON.stringify(data) : text;
		if (out) this.#io.stdout.write(out.endsWith("\n") ? out : `${out}\n`);
	}

	/** Something a person may like to know; silent with `--quiet`. */
	info(text: string): void {
		if (this.#options.quiet) return;
		this.#clear();
		this.#io.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
	}

	/** Said even with `--quiet`. */
	error(text: string): void {
		this.#clear();
		this.#io.stderr.write(`${text}\n`);
	}

	/**
	 * Problems as text on stderr, or as JSON on stdout with `--json`, where
	 * `more` says what they are about.
	 */
	problems(diagnostics: readonly Diagnostic[], more: object = {}): void {
		if (this.#options.json) {
			this.result("", { ...more, ok: false, diagnostics });
			return;
		}
		this.error(
			diagnostics.map((one) => formatDiagnostic(one, this.style)).join("\n\n"),
		);
	}

	/** With `--json`: a line of JSON as soon as something happened. */
	event(data: object): void {
		if (this.#options.json) this.result("", data);
	}

	/** Problems that stop nothing; silent with `--quiet`. */
	warnings(diagnostics: readonly Diagnostic[]): void {
		for (const one of diagnostics)
			this.info(formatDiagnostic(one, this.style, "warning"));
	}

	/** A line that replaces itself; only where stderr is a terminal. */
	progress(text: string): void {
		if (this.#options.quiet || !("isTTY" in this.#io.stderr)) return;
		this.#io.stderr.write(`\r\u001b[2K${text}`);
		this.#drawn = true;
	}

	#clear(): void {
		if (!this.#drawn) return;
		this.#io.stderr.write("\r\u001b[2K");
		this.#drawn = false;
	}
}
