import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Ajv, type ErrorObject } from "ajv";
import { CounterGenError } from "../errors.ts";
import { packageRoot } from "../root.ts";
import type { Path } from "./source.ts";
import { type Finding, nearest } from "./wrangler-finding.ts";

/** Part of a JSON schema, as far as it is looked at here. */
interface Rule {
	anyOf?: readonly Rule[];
	properties?: Record<string, Rule>;
	[keyword: string]: unknown;
}

/** The schema that wrangler comes with, of what its configuration may hold. */
export class WranglerSchema {
	readonly #definitions: Record<string, Rule>;
	readonly #ajv = new Ajv({
		// The schema has keywords of editors, such as `markdownDescription`.
		strict: false,
		allErrors: true,
		verbose: true,
		logger: false,
	});

	private constructor(definitions: Record<string, Rule>) {
		this.#definitions = definitions;
		this.#ajv.addSchema({ definitions }, ID);
	}

	/**
	 * Reads the schema of the wrangler that a project in `dir` has, or else of
	 * the one that this package has.
	 *
	 * @throws CounterGenError `package-missing`
	 */
	static read(dir: string): WranglerSchema {
		const file =
			find(dir) ?? find(packageRoot) ?? join(dir, "node_modules/wrangler");
		try {
			const { definitions } = JSON.parse(
				readFileSync(join(file, "config-schema.json"), "utf8"),
			);
			return new WranglerSchema(mended(definitions));
		} catch (error) {
			throw new CounterGenError({
				code: "package-missing",
				what: `wrangler's config-schema.json, which checks the keys under \`wrangler\`, cannot be read from ${dir}`,
				why: (error as Error).message,
				fix: "Add wrangler to the devDependencies of your project, and install.",
			});
		}
	}

	/** Lists the keys that may stand at the top level, or in an environment. */
	keys(level: Level): string[] {
		return Object.keys(this.#definitions[level]?.properties ?? {});
	}

	/** Finds what is wrong with the value of a key. */
	findings(level: Level, key: string, value: unknown): Finding[] {
		const escaped = key.replaceAll("~", "~0").replaceAll("/", "~1");
		return this.#findings(
			`#/definitions/${level}/properties/${encodeURIComponent(escaped)}`,
			value,
			[],
		);
	}

	/** Compares a value with the rule at a pointer into the schema. */
	#findings(pointer: string, value: unknown, at: Path): Finding[] {
		const validate = this.#ajv.getSchema(`${ID}${pointer}`);
		if (!validate) throw new Error(`wrangler's schema has no ${pointer}`);
		if (validate(value)) return [];
		const errors = validate.errors ?? [];
		// The outer one of two alternatives for a value is reported last.
		const choices = errors.filter(({ keyword }) => keyword === "anyOf");
		const outermost = choices.filter((one, at) =>
			choices.every(
				(other, otherAt) =>
					!isBelow(one, other) || (isBelow(other, one) && otherAt <= at),
			),
		);
		return errors
			.filter((one) =>
				outermost.every((choice) => one === choice || !isBelow(one, choice)),
			)
			.flatMap((error) => {
				const path = [...at, ...steps(error)];
				return error.keyword === "anyOf"
					? this.#nearest(error, path)
					: finding(error, path);
			});
	}

	/** Answers the findings of the alternatives that the value is nearest to. */
	#nearest({ schema, data }: ErrorObject, path: Path): Finding[] {
		const branches = schema as readonly Rule[];
		const pointer = pointerTo(branches, this.#definitions, "#/definitions");
		const all = branches.map((_, at) =>
			this.#findings(`${pointer}/${at}`, data, path),
		);
		return nearest(all, path);
	}
}

const ID = "wrangler";

/**
 * Gives keys of `previews` the rules that they have in an environment: the
 * schema names wrong ones for some of them, which nothing can meet.
 */
function mended(definitions: Record<string, Rule>): Record<string, Rule> {
	const { PreviewsConfig: previews, RawEnvironment: environment } = definitions;
	for (const key of Object.keys(previews?.properties ?? {})) {
		const rule = environment?.properties?.[key];
		if (rule && previews?.properties) previews.properties[key] = rule;
	}
	return definitions;
}

/** Finds the pointer to a part of a schema. */
function pointerTo(
	part: object,
	whole: object,
	pointer: string,
): string | undefined {
	if (part === whole) return pointer;
	for (const [step, value] of Object.entries(whole)) {
		if (typeof value !== "object" || value === null) continue;
		const found = pointerTo(
			part,
			value,
			`${pointer}/${encodeURIComponent(step)}`,
		);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** Kinds of maps in wrangler's configuration, by wrangler's own names. */
export type Level = "RawConfig" | "RawEnvironment";

function find(dir: string): string | undefined {
	try {
		const require = createRequire(join(dir, "index.js"));
		return dirname(require.resolve("wrangler/package.json"));
	} catch {
		return undefined;
	}
}

function isBelow(one: ErrorObject, other: ErrorObject): boolean {
	return `${one.instancePath}/`.startsWith(`${other.instancePath}/`);
}

/** Reads a JSON pointer. */
function steps({ instancePath }: ErrorObject): string[] {
	return instancePath
		.split("/")
		.slice(1)
		.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function finding(error: ErrorObject, path: Path): Finding {
	const { keyword, params, parentSchema } = error;
	switch (keyword) {
		case "additionalProperties":
			return {
				kind: "unknown",
				path,
				key: params.additionalProperty,
				known: Object.keys(parentSchema?.properties ?? {}),
			};
		case "required":
			return { kind: "missing", path, keys: [params.missingProperty] };
		case "type":
			return { kind: "type", path, types: [params.type].flat() };
		case "enum":
			return { kind: "choice", path, choices: params.allowedValues };
		case "const":
			return { kind: "choice", path, choices: [params.allowedValue] };
		default:
			return { kind: "other", path, message: error.message ?? keyword };
	}
}
