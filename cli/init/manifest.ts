import { CounterGenError } from "../errors.ts";
import { byName } from "../generator/rendered.ts";

/** Fields whose names npm keeps sorted. */
const sorted = ["dependencies", "devDependencies", "allowScripts"] as const;
type Sorted = (typeof sorted)[number];
export type Field = "scripts" | Sorted;

type Content = Record<string, unknown>;

/** Fields that bring a package. */
const dependencyFields = [
	"dependencies",
	"devDependencies",
	"optionalDependencies",
	"peerDependencies",
];

/**
 * A package.json that only grows. It is written as npm writes it: with the
 * indentation and the line ends that it had.
 */
export class Manifest {
	readonly #content: Content;
	readonly #indent: string;
	readonly #eol: string;
	/** Entries that were added, such as `scripts.start`. */
	readonly added: string[] = [];

	/**
	 * @param file path for messages
	 * @throws CounterGenError `bad-package-json`
	 */
	constructor(text: string, file: string) {
		this.#content = parse(text, file);
		const [, eol = "\n", indent = "  "] =
			/^\s*\{(\r?\n)+([\t ]+)/.exec(text) ?? [];
		this.#eol = eol;
		this.#indent = indent;
	}

	get hasScripts(): boolean {
		return Object.keys(this.#entries("scripts")).length > 0;
	}

	/** Returns what a script runs. */
	script(name: string): unknown {
		return this.#entries("scripts")[name];
	}

	/** Finds the name of the script that runs exactly this. */
	scriptFor(command: string): string | undefined {
		const all = Object.entries(this.#entries("scripts"));
		return all.find(([, text]) => text === command)?.[0];
	}

	/** Returns the range of a package that comes with this project. */
	range(name: string): unknown {
		const ranges = dependencyFields.map((field) => this.#entries(field)[name]);
		return ranges.find((range) => range !== undefined);
	}

	/** Names that `allowScripts` decides about, without versions. */
	allows(name: string): boolean {
		const keys = Object.keys(this.#entries("allowScripts"));
		return keys.some((key) => key === name || key.startsWith(`${name}@`));
	}

	/** Adds an entry, unless there is one of this name. */
	add(field: Field, name: string, value: string | boolean): void {
		const entries = this.#entries(field);
		if (Object.hasOwn(entries, name)) return;
		const more = Object.entries({ ...entries, [name]: value });
		if (field !== "scripts") more.sort(([a], [b]) => byName(a, b));
		this.#content[field] = Object.fromEntries(more);
		this.added.push(`${field}.${name}`);
	}

	/** Adds to the list of packages whose install scripts bun runs, if there is one. */
	trust(name: string): void {
		const { trustedDependencies: list } = this.#content;
		if (!Array.isArray(list) || list.includes(name)) return;
		list.push(name);
		this.added.push(`trustedDependencies.${name}`);
	}

	toString(): string {
		const text = `${JSON.stringify(this.#content, null, this.#indent)}\n`;
		return text.replaceAll("\n", this.#eol);
	}

	#entries(field: string): Content {
		return (this.#content[field] ?? {}) as Content;
	}
}

function parse(text: string, file: string): Content {
	let content: unknown;
	let reason = "it is not an object";
	try {
		content = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch (error) {
		reason = (error as Error).message;
	}
	const isObject = (value: unknown) =>
		typeof value === "object" && value !== null && !Array.isArray(value);
	if (isObject(content)) {
		const fields = content as Content;
		const wrong = [...dependencyFields, "scripts", "allowScripts"].find(
			(field) => fields[field] !== undefined && !isObject(fields[field]),
		);
		if (wrong === undefined) return fields;
		reason = `\`${wrong}\` is not an object`;
	}
	throw new CounterGenError({
		code: "bad-package-json",
		what: `${file} cannot be added to: ${reason}`,
		why: "Nothing was written.",
		fix: "Mend it so that npm reads it, and run init again.",
		where: { file },
	});
}
